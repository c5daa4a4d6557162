import { expect, it } from 'vitest';
import { startTestRelay } from '../testing/test-relay.ts';

const MILLIONS = 4_000_000;
const zeros = `[${'0,'.repeat(MILLIONS)}0]`;
const words = `[${'"",'.repeat(MILLIONS)}""]`;

/** Each is a few megabytes, and would keep the relay from everything else for many seconds, or end it. */
const BODIES: [path: string, body: string][] = [
  ['/v1/chat/completions', `{"model":"test/model","messages":${zeros}}`],
  ['/v1/messages', `{"model":"test/model","max_tokens":9,"messages":${zeros}}`],
  ['/v1/messages/count_tokens', `{"model":"test/model","messages":${zeros}}`],
  ['/v1/responses', `{"model":"test/model","input":${zeros}}`],
  ['/v1/embeddings', `{"model":"test/model","input":${words}}`],
  ['/v1/embeddings', `{"model":"test/model","input":[${words}]}`],
  ['/v1/completions', `{"model":"test/model","prompt":[0.5,${zeros}]}`],
  ['/v1beta/models/test/model:generateContent', `{"contents":${zeros}}`],
  ['/v1/chat/completions', '['.repeat(MILLIONS)],
  ['/v1/messages/count_tokens', '{"a":'.repeat(MILLIONS)],
  [
    '/v1beta/models/test/model:generateContent',
    `{"contents":[${'{"parts":[{"functionResponse":'.repeat(20_000)}{}${'}]}'.repeat(20_000)}]}`,
  ],
];

it('a body of millions of items, or of as many levels, is refused before anything is made of it', async () => {
  await using relay = await startTestRelay();
  const { key } = await relay.createCaller(0n);
  await relay.addModel({ baseUrl: 'https://vendor.example/v1' });
  for (const [path, body] of BODIES) {
    const response = await relay.post(key, body, { path });
    const text = await response.text();
    expect([path, response.status, text.length < 1_000]).toEqual([path, 400, true]);
  }
  expect(relay.logLines.filter((line) => line.includes('"level":50'))).toEqual([]);
}, 60_000);
