import { expect, test } from 'vitest';
import type { Model } from './api-types.ts';
import { bestFirst, exampleCall } from './example-call.ts';

function model(modelId: string, simulated: boolean): Model {
  return {
    modelId,
    simulated,
    vendor: simulated ? 'sandbox' : 'openai',
    contextTokensMax: null,
    outputTokensMax: null,
    inputNanoUsdPerMtok: '1',
    outputNanoUsdPerMtok: '2',
  };
}

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
