import { asObject, asTokenCount, type JsonObject } from '../json.ts';
import type { Usage } from '../usage.ts';

/**
 * The figures of the input include what was cached or written to the cache, which lives half an hour; the kind of five
 * minutes is the nearer one.
 * @see https://platform.openai.com/docs/api-reference/responses/object#responses/object-usage
 */
export function readUsage(value: unknown): Usage | undefined {
  const usage = asObject(value);
  if (!usage) return undefined;
  const input = asObject(usage['input_tokens_details']);
  const output = asObject(usage['output_tokens_details']);
  const read: Usage = {};
  const take = (field: keyof Usage, figure: unknown): void => {
    const count = asTokenCount(figure);
    if (count !== undefined) read[field] = count;
  };
  take('inputTokens', usage['input_tokens']);
  take('cachedInputTokens', input?.['cached_tokens']);
  take('cacheWrite5mTokens', input?.['cache_write_tokens']);
  take('audioInputTokens', input?.['audio_tokens']);
  take('outputTokens', usage['output_tokens']);
  take('reasoningTokens', output?.['reasoning_tokens']);
  take('audioOutputTokens', output?.['audio_tokens']);
  return read;
}

/**
 * Clients take the figures of cache and reasoning for granted: there the format has no word for "not known" but 0.
 * @returns null where input or output is not known.
 */
export function renderUsage(usage: Usage | undefined): JsonObject | null {
  if (usage?.inputTokens === undefined || usage.outputTokens === undefined) return null;
  const { inputTokens, outputTokens, cachedInputTokens = 0, reasoningTokens = 0 } = usage;
  const { cacheWrite5mTokens, cacheWrite1hTokens, audioInputTokens, audioOutputTokens } = usage;
  const saysWrites = cacheWrite5mTokens !== undefined || cacheWrite1hTokens !== undefined;
  return {
    input_tokens: inputTokens,
    input_tokens_details: {
      cached_tokens: cachedInputTokens,
      ...(saysWrites && { cache_write_tokens: (cacheWrite5mTokens ?? 0) + (cacheWrite1hTokens ?? 0) }),
      ...(audioInputTokens !== undefined && { audio_tokens: audioInputTokens }),
    },
    output_tokens: outputTokens,
    output_tokens_details: {
      reasoning_tokens: reasoningTokens,
      ...(audioOutputTokens !== undefined && { audio_tokens: audioOutputTokens }),
    },
    total_tokens: inputTokens + outputTokens,
  };
}
