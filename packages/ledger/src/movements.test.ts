import { expect, it } from 'vitest';
import { Movements, type Closed } from './movements.ts';

const CALL: Closed = {
  accountId: 'acc_1',
  keyId: 'key_1',
  modelId: 'model/one',
  hour: 1,
  holdNanoUsd: 9n,
  chargeNanoUsd: 3n,
  failed: false,
  inputTokens: 2,
  outputTokens: 5,
};

it('what was used is told apart by key, model and hour, and added up within them', () => {
  const movements = new Movements();
  movements.close(CALL);
  movements.close({ ...CALL, modelId: 'model/two' });
  movements.close({ ...CALL, hour: 2 });
  movements.close({ ...CALL, keyId: 'key_2' });
  movements.close({ ...CALL, chargeNanoUsd: 4n });
  const used = [...movements.usage].map(({ keyId, modelId, hour, requests, chargeNanoUsd }) => [
    `${keyId} ${modelId} ${hour}`,
    requests,
    chargeNanoUsd,
  ]);
  expect(used).toEqual([
    ['key_1 model/one 1', 2, 7n],
    ['key_1 model/two 1', 1, 3n],
    ['key_1 model/one 2', 1, 3n],
    ['key_2 model/one 1', 1, 3n],
  ]);
});
