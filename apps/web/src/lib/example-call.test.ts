import { expect, test } from 'vitest';
import { bestFirst, exampleCall } from './example-call.ts';
import { testModel } from './testing/model.ts';

const model = (modelId: string, simulated: boolean) => testModel({ modelId, simulated });

const models = [
  model('sandbox/cut', true),
  model('sandbox/echo', true),
  model('sandbox/story', true),
  model('x/real', false),
];

test('real models come before simulated ones, and those that fail on purpose last', () => {
  expect(bestFirst(models).map(({ modelId }) => modelId)).toEqual([
    'x/real',
    'sandbox/story',
    'sandbox/echo',
    'sandbox/cut',
  ]);
});

test('the example calls a model that is there', () => {
  expect(exampleCall('http://r', models).model).toBe('x/real');
  expect(exampleCall('http://r', models.slice(0, 3)).model).toBe('sandbox/story');
});
