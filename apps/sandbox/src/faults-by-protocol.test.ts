import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { PROTOCOLS, type Protocol } from './testing/protocols.ts';
import { type RunningSandbox, startSandbox } from './testing/running-sandbox.ts';

let sandbox: RunningSandbox;

beforeEach(async () => {
  sandbox = await startSandbox();
});

afterEach(() => sandbox[Symbol.asyncDispose]());

const hello = { model: 'sandbox/echo', text: 'hello big world' };

/** What came of a body until it ended or broke off, and whether it broke off. */
async function readAll({ body }: Response): Promise<{ text: string; isBroken: boolean }> {
  const decoder = new TextDecoder();
  let text = '';
  try {
    for await (const bytes of body ?? []) text += decoder.decode(bytes, { stream: true });
    return { text, isBroken: false };
  } catch {
    return { text, isBroken: true };
  }
}

describe.each(PROTOCOLS.map((protocol): [string, Protocol] => [protocol.name, protocol]))(
  '%s',
  (_name, protocol) => {
    const ask = (stream: boolean, model = 'sandbox/echo', headers: Record<string, string> = {}) =>
      protocol.ask(sandbox, { ...hello, model, stream }, headers);

    test.each(['429', '500'] as const)(
      '%s, by model and by header, is in the vendor’s shape',
      async (fault) => {
        for (const response of [
          await ask(false, `sandbox/error-${fault}`),
          await ask(false, 'sandbox/echo', { 'x-sandbox-fault': fault }),
        ]) {
          expect(response.status).toBe(Number(fault));
          expect(response.headers.get('retry-after')).toBe(fault === '429' ? protocol.retryAfter : null);
          expect(await response.json()).toMatchObject(protocol.errors[fault]);
        }
        const streamed = [await (await ask(true, `sandbox/error-${fault}`)).json()].flat();
        expect(streamed).toMatchObject([protocol.errors[fault]]);
        expect(sandbox.served.map(({ outcome, inputTokens }) => [outcome, inputTokens])).toEqual(
          Array.from({ length: 3 }, () => ['faulted', 0]),
        );
      },
    );

    test('garbage is no JSON, in a body and in an event', async () => {
      const body = await (await ask(false, 'sandbox/garbage')).text();
      expect(() => JSON.parse(body)).toThrow(SyntaxError);
      const stream = await readAll(await ask(true, 'sandbox/garbage'));
      expect(stream.isBroken).toBe(false);
      expect(stream.text).toMatch(/"te|"del/);
      const last = stream.text.slice(stream.text.lastIndexOf('{"'));
      expect(() => JSON.parse(last)).toThrow(SyntaxError);
    });

    test('no-usage', async () => {
      for (const stream of [true, false]) {
        expect(await (await ask(stream)).text()).toMatch(protocol.usageMark);
        expect(await (await ask(stream, 'sandbox/no-usage')).text()).not.toMatch(protocol.usageMark);
      }
      expect(sandbox.served.map(({ outputTokens }) => outputTokens)).toEqual([3, 3, 3, 3]);
    });

    test('empty', async () => {
      expect(await (await ask(false, 'sandbox/empty')).json()).toMatchObject(protocol.empty);
      const stream = await readAll(await ask(true, 'sandbox/empty'));
      expect(stream.text).toMatch(protocol.endMark);
      const { inputTokens } = protocol;
      const entry = { outcome: 'completed', events: 0, inputTokens, outputTokens: 0 };
      expect(sandbox.served).toMatchObject([entry, entry]);
    });

    test('cut breaks off after some events, with no end', async () => {
      const headers = { 'x-sandbox-events': '7', 'x-sandbox-event-ms': '0' };
      const stream = await readAll(await ask(true, 'sandbox/cut', headers));
      expect(stream.isBroken).toBe(true);
      expect(stream.text).not.toMatch(protocol.endMark);
      expect(protocol.contentEvents(stream.text)).toBe(7);
      expect(sandbox.served).toMatchObject([{ outcome: 'faulted', events: 7, outputTokens: 7 }]);
      const body = await readAll(await ask(false, 'sandbox/echo', { 'x-sandbox-fault': 'cut' }));
      expect(body.isBroken).toBe(true);
      expect(body.text).toMatch(/^\{"/);
    });

    test('a short reply that is cut has all of its text and no end', async () => {
      const headers = { 'x-sandbox-fault': 'cut', 'x-sandbox-events': '9' };
      const stream = await readAll(await ask(true, 'sandbox/echo', headers));
      expect(stream.isBroken).toBe(true);
      expect(protocol.contentEvents(stream.text)).toBe(3);
      expect(stream.text).not.toMatch(protocol.endMark);
    });

    test('stall goes silent until the client goes, and is billed as far as it came', async () => {
      const response = await ask(true, 'sandbox/stall', { 'x-sandbox-event-ms': '0' });
      const reader = response.body?.getReader();
      const decoder = new TextDecoder();
      let text = '';
      while (protocol.contentEvents(text) < 3) {
        const read = await reader?.read();
        if (read?.value === undefined) throw new Error('the stream ended');
        text += decoder.decode(read.value, { stream: true });
      }
      await reader?.cancel();
      const { inputTokens } = protocol;
      expect(await sandbox.firstServed()).toMatchObject({
        outcome: 'cancelled',
        events: 3,
        inputTokens,
        outputTokens: 3,
      });
    });

    test('the events of a story are as many and as slow as the headers say', async () => {
      const headers = {
        'x-sandbox-events': '5',
        'x-sandbox-event-ms': '20',
        'x-sandbox-first-byte-ms': '50',
      };
      const begin = performance.now();
      const { text } = await readAll(await ask(true, 'sandbox/story', headers));
      expect(performance.now() - begin).toBeGreaterThanOrEqual(5 * 20 + 50 - 5);
      expect(text).toMatch(protocol.endMark);
      expect(sandbox.served).toMatchObject([{ outcome: 'completed', events: 5, outputTokens: 5 }]);
    });

    test('a header out of its bounds is refused, in the vendor’s shape', async () => {
      const response = await ask(false, 'sandbox/echo', { 'x-sandbox-fault': 'explode' });
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({
        error: { message: expect.stringContaining('x-sandbox-fault') },
      });
    });

    test('the header names a request in the tally', async () => {
      await (await ask(true, 'sandbox/echo', { 'x-sandbox-request': 'mine' })).text();
      const { inputTokens } = protocol;
      expect((await sandbox.tally('mine')).recent).toMatchObject([
        { streamed: true, outcome: 'completed', events: 3, inputTokens, outputTokens: 3 },
      ]);
    });
  },
);
