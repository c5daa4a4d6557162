import { countTokens } from '@weir/tokens/count';
import { expect, it } from 'vitest';
import { tokenCounter } from './token-counter.ts';

it('counts as the tokenizer does, whatever comes at the same time, and lets the event loop turn', async () => {
  const counter = tokenCounter();
  const long = 'A weir is built across a stream to measure what flows through it. '.repeat(20_000);
  let turns = 0;
  const timer = setInterval(() => turns++, 0);
  const texts = [long, '', 'hello world', '水'.repeat(1_000)];
  const counts = await Promise.all(texts.map((text) => counter.count(text)));
  clearInterval(timer);
  expect(counts).toEqual(texts.map(countTokens));
  expect(turns).toBeGreaterThan(0);
  await counter.stop();
});

it('fails what waits when its thread ends, and starts another for the next', async () => {
  const counter = tokenCounter();
  const [waiting] = await Promise.allSettled([counter.count('hello world'), counter.stop()]);
  expect(waiting).toMatchObject({
    status: 'rejected',
    reason: expect.objectContaining({ message: expect.stringContaining('has ended') }),
  });
  expect(await counter.count('hello world')).toBe(2);
  await counter.stop();
});
