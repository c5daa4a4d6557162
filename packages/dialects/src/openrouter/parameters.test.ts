import { expect, it } from 'vitest';
import { DIALECTS } from '../dialects.ts';
import { DEFAULT_QUIRKS } from '../quirks.ts';
import { givenParameters, supportedParameters, supportsParameter } from './parameters.ts';

const spoken = (upstreamModel: string) => ({
  dialect: DIALECTS['openai-chat'],
  quirks: DEFAULT_QUIRKS,
  upstreamModel,
});
const takes = (upstreamModel: string, body: object) =>
  givenParameters({ ...body }).every((name) => supportsParameter(spoken(upstreamModel), name));

it('a model that can’t reason takes no wish for reasoning', () => {
  for (const wish of [
    { reasoning: { effort: 'low' } },
    { reasoning: { max_tokens: 2_048 } },
    { reasoning_effort: 'high' },
    { include_reasoning: true },
  ]) {
    expect([takes('openai/gpt-4o', wish), takes('gpt-5.1', wish)], JSON.stringify(wish)).toEqual([
      false,
      true,
    ]);
  }
  expect(supportedParameters(spoken('gpt-4.1-mini'))).not.toContain('reasoning');
  expect(supportedParameters(spoken('gpt-5.1'))).toContain('reasoning');
});

it('a model that can’t reason does what a wish for none says', () => {
  for (const wish of [
    { reasoning: { enabled: false } },
    { reasoning: { effort: 'none' } },
    { reasoning_effort: 'none' },
    { include_reasoning: false },
  ]) {
    expect(takes('gpt-4o', wish), JSON.stringify(wish)).toBe(true);
  }
});
