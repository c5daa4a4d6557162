import { expect, it } from 'vitest';
import type { SealedRecord } from './api-types.ts';
import { asFile, readable } from './captured-call.ts';

it('what is JSON is indented, what is not stays as it is', () => {
  expect(readable('{"a":[1]}')).toBe('{\n  "a": [\n    1\n  ]\n}');
  expect(readable('data: {"a":1}\n\ndata: [DONE]\n\n')).toBe('data: {"a":1}\n\ndata: [DONE]\n\n');
  expect(readable('{"cut": ')).toBe('{"cut": ');
  expect(readable('"<b>"')).toBe('"<b>"');
});

it('a file has the call in clear, and nothing that is sealed', () => {
  const record = {
    requestId: 'req_1',
    captureId: 'cap_1',
    sealedReply: 'x',
    sealedRequest: 'y',
    encapsulated: 'z',
  };
  const file = asFile(record as SealedRecord, { request: '{"a":1}', reply: 'data: 1' });
  expect(JSON.parse(file)).toEqual({ requestId: 'req_1', request: { a: 1 }, reply: 'data: 1' });
});
