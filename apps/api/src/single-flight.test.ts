import { expect, it } from 'vitest';
import { singleFlight } from './single-flight.ts';

it('gives whoever comes meanwhile the running one’s result, and runs again afterwards', async () => {
  const gates = new Map<string, PromiseWithResolvers<string>>();
  let runs = 0;
  const read = singleFlight((key: string) => {
    runs++;
    const gate = Promise.withResolvers<string>();
    gates.set(key, gate);
    return gate.promise;
  });
  const [one, same, other] = [read('a'), read('a'), read('b')];
  expect(runs).toBe(2);
  gates.get('b')?.resolve('B');
  gates.get('a')?.resolve('A');
  expect(await Promise.all([one, same, other])).toEqual(['A', 'A', 'B']);

  const failing = read('a');
  gates.get('a')?.reject(new Error('gone'));
  await expect(failing).rejects.toThrow('gone');
  const again = read('a');
  expect(runs).toBe(4);
  gates.get('a')?.resolve('A again');
  expect(await again).toBe('A again');
});
