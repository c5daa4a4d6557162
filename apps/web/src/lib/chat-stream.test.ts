import { createServer, type RequestListener } from 'node:http';
import { expect, test } from 'vitest';
import { ChatError, estimateTokens, streamChat, type ChatEvent } from './chat-stream.ts';

async function relay(listener: RequestListener) {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server listens on no port');
  return {
    relayUrl: `http://127.0.0.1:${address.port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const sse = (...chunks: unknown[]) =>
  chunks.map((chunk) => `data: ${typeof chunk === 'string' ? chunk : JSON.stringify(chunk)}\n\n`).join('');
const delta = (content: string) => ({ choices: [{ delta: { content } }] });

async function collect(relayUrl: string, signal = new AbortController().signal): Promise<ChatEvent[]> {
  const events: ChatEvent[] = [];
  const call = {
    relayUrl,
    apiKey: 'sk-weir-test',
    model: 'm',
    messages: [{ role: 'user' as const, content: 'hi' }],
  };
  for await (const event of streamChat(call, signal, 'cut off')) events.push(event);
  return events;
}

test('text, finish and usage arrive, wherever the bytes are cut', async () => {
  const bytes = Buffer.from(
    sse(
      delta('Grüß '),
      delta('水'),
      { choices: [{ delta: {}, finish_reason: 'stop' }] },
      { choices: [], usage: { prompt_tokens: 3, completion_tokens: 2 } },
      '[DONE]',
    ),
  );
  await using server = await relay((_, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const byte of bytes) response.write(Buffer.of(byte));
    response.end();
  });
  expect(await collect(server.relayUrl)).toEqual([
    { type: 'text', text: 'Grüß ' },
    { type: 'text', text: '水' },
    { type: 'finish', reason: 'stop' },
    { type: 'usage', inputTokens: 3, outputTokens: 2, parts: {} },
  ]);
});

test('the parts of the usage arrive, and what nobody said stays absent', async () => {
  const usage = {
    prompt_tokens: 30,
    completion_tokens: 20,
    prompt_tokens_details: { cached_tokens: 10 },
    completion_tokens_details: { reasoning_tokens: 5, audio_tokens: 0 },
  };
  await using server = await relay((_, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.end(sse({ choices: [], usage }, '[DONE]'));
  });
  expect(await collect(server.relayUrl)).toEqual([
    {
      type: 'usage',
      inputTokens: 30,
      outputTokens: 20,
      parts: { cachedInputTokens: 10, reasoningTokens: 5, audioOutputTokens: 0 },
    },
  ]);
});

test('a refusal is told in the relay’s words', async () => {
  await using server = await relay((_, response) => {
    response.writeHead(402, { 'content-type': 'application/json' });
    response.end(
      JSON.stringify({
        error: { message: 'Not enough credit.', type: 'x', code: 'insufficient_credit', param: null },
      }),
    );
  });
  await expect(collect(server.relayUrl)).rejects.toMatchObject({
    name: 'ChatError',
    message: 'Not enough credit.',
    code: 'insufficient_credit',
  });
});

test('an error in the stream ends it', async () => {
  await using server = await relay((_, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.end(
      sse(delta('a'), { error: { message: 'The vendor went away.', code: 'upstream_truncated' } }),
    );
  });
  await expect(collect(server.relayUrl)).rejects.toEqual(
    new ChatError('The vendor went away.', 'upstream_truncated'),
  );
});

test('a stream without its terminator was cut off', async () => {
  await using server = await relay((_, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.end(sse(delta('a')));
  });
  await expect(collect(server.relayUrl)).rejects.toThrow('cut off');
});

test('stopping closes the connection', async () => {
  const closed = Promise.withResolvers<void>();
  const stop = new AbortController();
  await using server = await relay((_, response) => {
    response.on('close', closed.resolve);
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(sse(delta('a')), () => stop.abort());
  });
  await expect(collect(server.relayUrl, stop.signal)).rejects.toMatchObject({ name: 'AbortError' });
  await closed.promise;
});

test('tokens are about a quarter of Latin letters and all of Chinese ones', () => {
  expect(estimateTokens('')).toBe(0);
  expect(estimateTokens('twelve chars')).toBe(3);
  expect(estimateTokens('量水')).toBe(2);
});
