import { expect, it } from 'vitest';
import { sse, standInVendor, textChunk, DONE } from '../testing/stand-in-vendor.ts';
import { startTestRelay } from '../testing/test-relay.ts';

const BALANCE = 1_000_000_000n;
const CALL = {
  model: 'test/model',
  max_tokens: 9,
  stream: true,
  messages: [{ role: 'user', content: 'Hi?' }],
};
const COMMENT = ': weir\n\n';
const PING = 'event: ping\ndata: {"type": "ping"}\n\n';

const named = (type: string, more: object = {}) => `event: ${type}\n${sse({ type, ...more })}`;

/** What a vendor of each dialect sends before it falls silent, and after. */
const VENDORS = {
  'openai-chat': [textChunk('Hel'), textChunk('lo.', 'stop') + DONE],
  'anthropic-messages': [
    named('message_start', {
      message: { id: 'msg_1', role: 'assistant', content: [], usage: { input_tokens: 5 } },
    }) + named('content_block_start', { index: 0, content_block: { type: 'text', text: 'Hel' } }),
    named('content_block_delta', { index: 0, delta: { type: 'text_delta', text: 'lo.' } }) +
      named('content_block_stop', { index: 0 }) +
      named('message_delta', { delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 2 } }) +
      named('message_stop'),
  ],
} as const;

/** A vendor who is silent, each time until it is told to go on, before and after its first words. */
async function start(dialect: keyof typeof VENDORS) {
  const first = Promise.withResolvers<void>();
  const rest = Promise.withResolvers<void>();
  const vendor = await standInVendor(async (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.flushHeaders();
    await first.promise;
    response.write(VENDORS[dialect][0]);
    await rest.promise;
    response.end(VENDORS[dialect][1]);
  });
  const relay = await startTestRelay({
    WEIR_UPSTREAM_PRIVATE_HOSTS: vendor.host,
    WEIR_KEEP_ALIVE_FIRST_MS: '20',
    WEIR_KEEP_ALIVE_EVERY_MS: '20',
  });
  await relay.addModel({ baseUrl: vendor.baseUrl, dialect });
  const { key } = await relay.createCaller(BALANCE);
  return {
    /** The whole stream, of a vendor who goes on when such a sign of life has come before its first words, and after. */
    async read(path: string, signs: readonly [string, string]): Promise<string> {
      const response = await relay.post(key, CALL, { path });
      let text = '';
      for await (const piece of response.body!.pipeThrough(new TextDecoderStream())) {
        text += piece;
        const said = text.indexOf('Hel');
        if (said < 0 && text.endsWith(signs[0])) first.resolve();
        if (said >= 0 && text.slice(said).endsWith(signs[1])) rest.resolve();
      }
      return text;
    },
    async [Symbol.asyncDispose]() {
      await relay[Symbol.asyncDispose]();
      await vendor[Symbol.asyncDispose]();
    },
  };
}

it.each(['openai-chat', 'anthropic-messages'] as const)(
  'a silent stream of %s pings an Anthropic client, once its message has begun',
  async (dialect) => {
    await using test = await start(dialect);
    const text = await test.read('/v1/messages', [COMMENT, PING]);
    const begins = text.indexOf('event: message_start');
    expect(text.slice(0, begins).replaceAll(COMMENT, '')).toBe('');
    expect(text.slice(begins)).toContain(PING);
    expect(text.slice(begins)).not.toContain(COMMENT);
    expect(text).toMatch(/event: message_stop\ndata: .*\n\n$/);
  },
);

it('and writes comments to every other client', async () => {
  await using test = await start('openai-chat');
  const text = await test.read('/v1/chat/completions', [COMMENT, COMMENT]);
  expect(text).not.toContain('ping');
});
