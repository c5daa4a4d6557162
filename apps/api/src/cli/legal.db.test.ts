import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { auditLog } from '@weir/db/schema';
import { expect, it } from 'vitest';
import { startTestCli } from '../testing/start-test-cli.ts';
import { textsOf } from '../testing/unzip-export.ts';

it('legal holds an account, hands its data out, and releases it, each written to the audit log', async () => {
  await using cli = await startTestCli();
  const { accountId } = await cli.signUp('ada@example.com');
  const reference = '7 O 12/26';
  const matter = ['--reference', reference];
  const dir = await mkdtemp(join(tmpdir(), 'weir-legal-'));
  try {
    expect(await cli.json('legal', 'hold', accountId, ...matter)).toEqual({ accountId, reference });
    expect(await cli.json('legal', 'list')).toEqual({
      holds: [{ accountId, reference, placedAt: expect.stringMatching(/Z$/) }],
    });

    const out = join(dir, 'account.zip');
    await cli.json('legal', 'export', accountId, ...matter, '--out', out);
    expect((await stat(out)).mode & 0o777).toBe(0o600);
    const files = textsOf(await readFile(out));
    expect(files['users.json']).toContain('ada@example.com');
    expect(files['legal_holds.csv']).toContain(reference);
    // A file that is there already is not written over.
    expect(await cli.run(['legal', 'export', accountId, ...matter, '--out', out])).toMatchObject({ code: 1 });

    await cli.json('legal', 'release', accountId, ...matter);
    expect(await cli.run(['legal', 'list'])).toMatchObject({ stdout: 'No account is under a legal hold.\n' });
  } finally {
    await rm(dir, { recursive: true });
  }
  expect(await cli.database.db.select().from(auditLog).orderBy(auditLog.id)).toMatchObject(
    ['account.hold', 'account.lawful_export', 'account.lawful_export', 'account.release_hold'].map(
      (action) => ({
        action,
        accountId,
        actorKind: 'cli',
        actorId: expect.any(String),
        actorRole: null,
      }),
    ),
  );
}, 120_000);
