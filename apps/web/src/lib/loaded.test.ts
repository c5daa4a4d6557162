import { expect, test } from 'vitest';
import { together, type Loaded } from './loaded.ts';

const one: Loaded<number> = { ok: true, value: 1 };
const two: Loaded<string> = { ok: false, message: 'no' };

test('what is known is not waited for', () => {
  expect(together(one, two)).toEqual([one, two]);
});

test('what is on its way is', async () => {
  const both = together(one, Promise.resolve(two));
  expect(both).toBeInstanceOf(Promise);
  expect(await both).toEqual([one, two]);
});
