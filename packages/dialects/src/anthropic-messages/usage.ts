import { asArray, asObject, asTokenCount, type JsonObject } from '../json.ts';
import type { Usage } from '../usage.ts';
import { writtenServiceTier } from './service-tier.ts';

/**
 * Turns that the vendor took beside the model's own, which its totals leave out: `compaction`, and `advisor_message`,
 * which another model writes.
 */
const UNCOUNTED_ITERATIONS: ReadonlySet<unknown> = new Set(['compaction', 'advisor_message']);

interface Figures {
  fresh: number | undefined;
  cacheRead: number | undefined;
  cacheWritten: number | undefined;
  cacheWritten1h: number | undefined;
  output: number | undefined;
  thinking: number | undefined;
}

/**
 * Anthropic counts the prompt in three parts: what was read from its cache, what was written to it, and the rest. The
 * written part is told apart by lifetime at a stream's beginning, and not at its end.
 * @param previous what the stream said before.
 * @see https://platform.claude.com/docs/en/build-with-claude/prompt-caching#tracking-cache-performance
 */
export function readUsage(json: unknown, previous?: Usage): Usage | undefined {
  const usage = asObject(json);
  if (!usage) return undefined;
  const figures = figuresOf(usage);
  for (const item of asArray(usage['iterations'])) {
    const iteration = asObject(item);
    if (iteration && UNCOUNTED_ITERATIONS.has(iteration['type'])) add(figures, figuresOf(iteration));
  }
  const { fresh, cacheRead, cacheWritten, output, thinking } = figures;
  const read: Usage = {};
  const take = (field: keyof Usage, value: number | undefined): void => {
    const count = asTokenCount(value);
    if (count !== undefined) read[field] = count;
  };
  if (fresh !== undefined) take('inputTokens', fresh + (cacheRead ?? 0) + (cacheWritten ?? 0));
  take('cachedInputTokens', cacheRead);
  if (cacheWritten !== undefined) {
    const written1h = figures.cacheWritten1h ?? previous?.cacheWrite1hTokens;
    take('cacheWrite5mTokens', Math.max(0, cacheWritten - (written1h ?? 0)));
    take('cacheWrite1hTokens', figures.cacheWritten1h);
  }
  take('outputTokens', output);
  take('reasoningTokens', thinking);
  return read;
}

/** At a stream's beginning: what it says of the output is a number to begin with, and no figure of it. */
export function atTheBeginning(usage: unknown): unknown {
  const figures = asObject(usage);
  return figures && { ...figures, output_tokens: undefined };
}

function figuresOf(usage: JsonObject): Figures {
  const byLifetime = asObject(usage['cache_creation']);
  const written5m = asTokenCount(byLifetime?.['ephemeral_5m_input_tokens']);
  const written1h = asTokenCount(byLifetime?.['ephemeral_1h_input_tokens']);
  return {
    fresh: asTokenCount(usage['input_tokens']),
    cacheRead: asTokenCount(usage['cache_read_input_tokens']),
    cacheWritten: asTokenCount(usage['cache_creation_input_tokens']) ?? sum(written5m, written1h),
    cacheWritten1h: written1h,
    output: asTokenCount(usage['output_tokens']),
    thinking: asTokenCount(asObject(usage['output_tokens_details'])?.['thinking_tokens']),
  };
}

function add(figures: Figures, more: Figures): void {
  for (const field of Object.keys(figures) as (keyof Figures)[]) {
    figures[field] = sum(figures[field], more[field]);
  }
}

function sum(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined && other === undefined ? undefined : (one ?? 0) + (other ?? 0);
}

/** Clients of Anthropic reckon with numbers for the whole of input and output: what is unknown is 0 there. */
export function renderUsage(usage: Usage | undefined, serviceTier?: string): JsonObject {
  const {
    inputTokens = 0,
    cachedInputTokens,
    cacheWrite5mTokens,
    cacheWrite1hTokens,
    outputTokens = 0,
    reasoningTokens,
  } = usage ?? {};
  const written = sum(cacheWrite5mTokens, cacheWrite1hTokens);
  const tier = writtenServiceTier(serviceTier);
  return {
    input_tokens: Math.max(0, inputTokens - (cachedInputTokens ?? 0) - (written ?? 0)),
    cache_creation_input_tokens: written ?? null,
    cache_read_input_tokens: cachedInputTokens ?? null,
    cache_creation:
      cacheWrite1hTokens === undefined
        ? null
        : {
            ephemeral_5m_input_tokens: cacheWrite5mTokens ?? 0,
            ephemeral_1h_input_tokens: cacheWrite1hTokens,
          },
    output_tokens: outputTokens,
    ...(reasoningTokens !== undefined && { output_tokens_details: { thinking_tokens: reasoningTokens } }),
    ...(tier !== undefined && { service_tier: tier }),
  };
}
