import { expect, it } from 'vitest';
import {
  answers,
  DONE,
  sse,
  standInVendor,
  textChunk,
  type VendorScript,
} from '../testing/stand-in-vendor.ts';
import { startTestRelay } from '../testing/test-relay.ts';

const CALL = { model: 'test/model', messages: [{ role: 'user', content: 'hi' }], max_tokens: 50 };
const ANTHROPIC = { path: '/v1/messages' };
/** As many as close a route off. */
const CALLS = 6;

/** A call of a custom tool, which only the vendor’s own format has words for. */
const UNTRANSLATABLE = sse({
  choices: [{ index: 0, delta: { tool_calls: [{ index: 0, custom: { name: 'f', input: 'x' } }] } }],
});
const streams =
  (...pieces: string[]): VendorScript =>
  (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const piece of pieces) response.write(piece);
    response.end();
  };
const TOTAL_TIMEOUT_MS = 2_000;
/** Goes on for longer than a call may take. */
const endless: VendorScript = (response) => {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.write(textChunk('one'));
};
const flagged = answers(403, {
  error: { code: 403, message: 'Flagged.', metadata: { flagged_input: 'hi' } },
});
const mistaken = streams(
  textChunk('one'),
  sse({ error: { type: 'invalid_request_error', message: 'Bad.' } }),
);

it.each<[string, VendorScript, object, object]>([
  ['reply_untranslatable', streams(UNTRANSLATABLE), { ...CALL, stream: true }, ANTHROPIC],
  ['call_too_long', endless, { ...CALL, stream: true }, {}],
  ['invalid_request', flagged, CALL, {}],
  ['invalid_request', mistaken, { ...CALL, stream: true }, {}],
])('%s is the caller’s doing, and closes no vendor off', async (outcome, script, body, init) => {
  await using vendor = await standInVendor(script);
  await using relay = await startTestRelay({
    WEIR_UPSTREAM_PRIVATE_HOSTS: vendor.host,
    ...(script === endless && { WEIR_UPSTREAM_TOTAL_TIMEOUT_MS: String(TOTAL_TIMEOUT_MS) }),
  });
  const { key } = await relay.createCaller(1_000_000_000n);
  await relay.addModel({ baseUrl: vendor.baseUrl });

  await Promise.all(Array.from({ length: CALLS }, async () => (await relay.post(key, body, init)).text()));
  const rows = await relay.rows();
  expect(rows.map((row) => row.outcome)).toEqual(Array.from({ length: CALLS }, () => outcome));

  vendor.script = streams(textChunk('fine', 'stop'), DONE);
  expect(await (await relay.post(key, { ...CALL, stream: true })).text()).toContain('fine');
});
