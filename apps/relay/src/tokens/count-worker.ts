import { parentPort } from 'node:worker_threads';
import { countTokens } from '@weir/tokens/count';
import type { CountAnswer, CountQuestion } from './token-counter.ts';

parentPort?.on('message', ({ id, text }: CountQuestion) => {
  const answer: CountAnswer = { id, tokens: countTokens(text) };
  parentPort?.postMessage(answer);
});
