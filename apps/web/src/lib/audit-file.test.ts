import { expect, test } from 'vitest';
import type { AuditRow } from './api-types.ts';
import { auditHeading, auditLine } from './audit-file.ts';

const ROW: AuditRow = {
  auditId: 'aud_1',
  at: '2026-11-25T10:00:00.000Z',
  actorKind: 'cli',
  actorId: '=cmd()',
  actorEmail: null,
  actorRole: null,
  action: 'key.set',
  targetId: 'key_1',
  accountId: 'acc_1',
  before: null,
  after: { name: 'a "b",\nc' },
};

test('a line of CSV has all columns, is quoted where it has to be, and runs nothing', () => {
  expect(auditHeading('csv')).toMatch(/^auditId,at,.*,before,after\r\n$/);
  expect(auditLine('csv', ROW)).toBe(
    'aud_1,2026-11-25T10:00:00.000Z,cli,\'=cmd(),,,key.set,key_1,acc_1,,"{""name"":""a \\""b\\"",\\nc""}"\r\n',
  );
});

test('a line of JSON is the row', () => {
  expect(auditHeading('jsonl')).toBe('');
  expect(JSON.parse(auditLine('jsonl', ROW))).toEqual(ROW);
});
