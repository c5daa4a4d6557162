import { expect, it } from 'vitest';
import { familyOf, imageTokensMax, MODEL_FAMILIES } from './model-families.ts';

it.each([
  ['gpt-4o-mini-2024-07-18', 48_169],
  ['openai/gpt-4o-mini', 48_169],
  ['gpt-4o', 1_445],
  ['ft:gpt-4o:x', 1_445],
  ['gpt-4.1-nano', 3_779],
  ['gpt-5-mini', 2_489],
  ['gpt-5.4-mini', 2_489],
  ['gpt-5-1-codex-mini', 2_489],
  ['gpt-5-4-nano', 3_779],
  ['gpt-5', 1_844],
  ['gpt-5-2025-08-07', 1_844],
  ['gpt-5-codex', 1_844],
  ['gpt-5.2', 1_844],
  ['gpt-5-2-2025-12-11', 1_844],
  ['gpt-5.4', 12_000],
  ['gpt-5-5-2026-04-23', 12_000],
  ['openai/gpt-5.5-pro', 12_000],
  ['gpt-5.6-sol', 28_126],
  ['gpt-6-astra', 28_126],
  ['o3', 1_275],
  ['o4-mini', 2_642],
  ['claude-sonnet-4-5-20250929', 1_600],
  ['claude-sonnet-4-6', 1_600],
  ['anthropic.claude-opus-4-7-v1:0', 4_784],
  ['gemini-2.5-flash', 4_128],
  ['models/gemini-3-pro', 2_240],
  ['pixtral-large-latest', 4_160],
  ['Qwen/Qwen3-VL-235B', 16_386],
  ['grok-4.6', 1_792],
  ['mistral-small-2603', 3_080],
  ['meta-llama/Llama-4-Maverick', 6_404],
  ['of-my-own', 6_404],
])('a picture for %s has at most %i tokens', (model, tokens) => {
  expect(imageTokensMax(model)).toBe(tokens);
});

it.each([
  ['claude-instant-1.2', ['budget']],
  ['claude-3-7-sonnet-20250219', ['budget']],
  ['claude-sonnet-4-20250514', ['budget']],
  ['claude-opus-4-1', ['budget']],
  ['claude-opus-4-5-20251101', ['budget']],
  ['claude-opus-4-6-20260205', ['budget', 'effort']],
  ['claude-opus-4.8', ['effort']],
  ['claude-opus-4-10', ['effort']],
  ['claude-mythos-preview', ['effort']],
  ['claude-sonnet-10', ['effort']],
  ['gemini-2.0-flash', ['budget']],
  ['gemini-flash-latest', ['effort']],
  ['deepseek-chat', undefined],
])('%s is told how much to think by %j', (model, forms) => {
  expect(familyOf(model)?.thinking).toEqual(forms);
});

it('every family says where that is documented', () => {
  for (const { sources } of MODEL_FAMILIES) {
    expect(sources.length).toBeGreaterThan(0);
    for (const source of sources) expect(source).toMatch(/^https:\/\//);
  }
});
