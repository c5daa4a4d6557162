import { thoughtPieces } from '../core/story.ts';
import { user } from './running-sandbox.ts';

/** The version before the one that the official client says. */
export const OLD = { 'anthropic-version': '2023-06-01' };
export const HEADERS = { 'x-api-key': 'any', 'anthropic-version': '2026-10-21' };
export const hello = { model: 'sandbox/echo', max_tokens: 1000, messages: user('hello big world') };
export const THOUGHT = thoughtPieces(1000).join('');
export const thinking = { type: 'enabled' as const, budget_tokens: 1024 };
export const think = { model: 'sandbox/think', max_tokens: 2000, thinking, messages: user('hello') };
export const weather = {
  name: 'get_weather',
  input_schema: {
    type: 'object' as const,
    properties: { city: { type: 'string' }, days: { type: 'integer' } },
  },
};
export const clock = { name: 'get_time', input_schema: { type: 'object' as const } };
