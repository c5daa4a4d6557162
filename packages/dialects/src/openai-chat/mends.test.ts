import { describe, expect, it } from 'vitest';
import { readVendorError } from './errors.ts';
import { withToolCallNames, withToolCallTypes } from './tool-call-mends.ts';
import { withoutUnaskedUsage } from './unasked-usage.ts';

describe('usage that the client did not ask for', () => {
  it('is taken out where it is null, and nowhere else', () => {
    const chunk = (content: string) => ({ choices: [{ index: 0, delta: { content } }] });
    for (const content of ['a,', 'é ,"usage":null, \\",\\"usage\\":null']) {
      const json = JSON.stringify({ ...chunk(content), usage: null, obfuscation: 'x' });
      expect(JSON.parse(withoutUnaskedUsage(json))).toEqual({ ...chunk(content), obfuscation: 'x' });
    }
    const used = JSON.stringify({ ...chunk('b'), usage: { prompt_tokens: 1 } });
    expect(withoutUnaskedUsage(used)).toBe(used);
  });
});

describe('tool calls', () => {
  it('of a whole reply get the type that Mistral leaves out', () => {
    const call = { id: 'c', function: { name: 'f', arguments: '{}' } };
    const reply = (toolCall: object) =>
      JSON.stringify({ id: 'x', choices: [{ index: 0, message: { content: '', tool_calls: [toolCall] } }] });
    expect(JSON.parse(withToolCallTypes(reply(call)))).toEqual(
      JSON.parse(reply({ ...call, type: 'function' })),
    );
    expect(JSON.parse(withToolCallTypes(reply({ ...call, type: 'custom' })))).toEqual(
      JSON.parse(reply({ ...call, type: 'custom' })),
    );
  });

  it('of a stream get a name in each piece, an empty one where there is none', () => {
    const chunk = (called: object) =>
      JSON.stringify({ choices: [{ index: 0, delta: { tool_calls: [{ index: 0, function: called }] } }] });
    expect(JSON.parse(withToolCallNames(chunk({ arguments: '{' })))).toEqual(
      JSON.parse(chunk({ name: '', arguments: '{' })),
    );
    expect(JSON.parse(withToolCallNames(chunk({ name: 'f', arguments: '' })))).toEqual(
      JSON.parse(chunk({ name: 'f', arguments: '' })),
    );
  });

  it('stay as they are where there are none, or what looks like them is no JSON', () => {
    for (const text of ['{"choices":[]}', '[DONE]', '{"tool_calls"', '{"choices":[null],"tool_calls":1}']) {
      expect([withToolCallNames(text), withToolCallTypes(text)]).toEqual([text, text]);
    }
  });
});

describe('Mistral’s refusals', () => {
  it.each([
    [{ detail: 'Invalid API Key' }, 'Invalid API Key'],
    [{ object: 'error', message: 'No such model.', type: 'invalid_model' }, 'No such model.'],
    [
      { detail: [{ loc: ['body', 'seed'], msg: 'Extra inputs are not permitted' }] },
      'Extra inputs are not permitted',
    ],
  ])('are errors: %j', (json, message) => {
    expect(readVendorError(json)).toEqual({ message, param: undefined });
  });
});
