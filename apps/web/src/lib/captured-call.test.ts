import { expect, it } from 'vitest';
import type { SealedRecord } from './api-types.ts';
import { asFile, readable } from './captured-call.ts';

it('what is JSON is indented, what is not stays as it is', () => {
  expect(readable('{"a":[1]}')).toBe('{\n  "a": [\n    1\n  ]\n}');
  expect(readable('data: {"a":1}\n\ndata: [DONE]\n\n')).toBe('data: {"a":1}\n\ndata: [DONE]\n\n');
  expect(readable('{"cut": ')).toBe('{"cut": ');
  expect(readable('"<b>"')).toBe('"<b>"');
});

it('what is JSON is indented as it was written', () => {
  const value = { a: ['x, "y": [\\', {}, [], -1.5e3, null, true], 'b:{': { c: '' } };
  for (const spaces of [0, 1, 4]) {
    expect(readable(JSON.stringify(value, undefined, spaces))).toBe(JSON.stringify(value, undefined, 2));
  }
  expect(readable('[9007199254740993, 1.0, 1e400, { }]')).toBe(
    '[\n  9007199254740993,\n  1.0,\n  1e400,\n  {}\n]',
  );
  expect(readable('{"2":"\\u00e9","1":1,"1":2}')).toBe('{\n  "2": "\\u00e9",\n  "1": 1,\n  "1": 2\n}');
});

it('a long text with many escapes is indented too', () => {
  const value = { text: 'line "of" text\n'.repeat(200_000) };
  expect(readable(JSON.stringify(value))).toBe(JSON.stringify(value, undefined, 2));
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
  const precise = { request: '{"id":9007199254740993}', reply: '1.0' };
  expect(asFile(record as SealedRecord, precise)).toContain('"id": 9007199254740993');
  expect(asFile(record as SealedRecord, precise)).toContain('"reply": 1.0');
});
