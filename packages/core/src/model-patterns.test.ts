import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isModelPattern, modelPatterns } from './model-patterns.ts';

describe('patterns of models', () => {
  it.each([
    ['openai/*', 'openai/gpt-5', true],
    ['openai/*', 'azure/openai/gpt-5', false],
    ['*', 'anything', true],
    ['*mini', 'openai/gpt-5-mini', true],
    ['*mini', 'openai/gpt-5-mini-2', false],
    ['a*b*c', 'a-b-b-c', true],
    ['ab*ba', 'aba', false],
    ['a.c', 'abc', false],
    ['a/b', 'a/b', true],
    ['a/b', 'a/b2', false],
  ])('%s matches %s: %s', (pattern, model, matches) => {
    expect(modelPatterns(['no/such', pattern]).matches(model)).toBe(matches);
  });

  it('match what a regular expression would', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '*'), maxLength: 12 });
    const model = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 12 });
    fc.assert(
      fc.property(text, model, (pattern, id) => {
        const expression = new RegExp(`^${pattern.replaceAll('*', '.*')}$`);
        expect(modelPatterns([pattern]).matches(id)).toBe(expression.test(id));
      }),
      { numRuns: 2_000 },
    );
  });

  it.each(['', 'a b', 'a,b', '*'.repeat(9), 'x'.repeat(201)])('are not written as "%s"', (pattern) => {
    expect(isModelPattern(pattern)).toBe(false);
  });
});
