import { given } from '../given.ts';
import { asArray, asObject, asTokenCount, type JsonObject } from '../json.ts';
import { mergeUsage, type Usage } from '../usage.ts';

/**
 * The usage of a reply or a chunk, from wherever the vendor puts it: beside the choices; within a choice (Moonshot's
 * streams); in `x_groq` (Groq's older streams).
 * @returns undefined when it gives no figure.
 * @see https://platform.openai.com/docs/api-reference/completions/object#completions/object-usage
 * @see https://platform.moonshot.ai/docs/api/chat
 */
export function readUsage(body: JsonObject): Usage | undefined {
  let usage = mergeUsage(figuresIn(body), figuresIn(asObject(body['x_groq'])));
  for (const choice of asArray(body['choices'])) usage = mergeUsage(usage, figuresIn(asObject(choice)));
  return usage;
}

function figuresIn(place: JsonObject | undefined): Usage | undefined {
  const usage = asObject(place?.['usage']);
  if (!usage) return undefined;
  const input = asObject(usage['prompt_tokens_details']);
  const output = asObject(usage['completion_tokens_details']);
  const read: Usage = {};
  const take = (field: keyof Usage, count: number | undefined): void => {
    if (count !== undefined) read[field] = count;
  };
  take('inputTokens', asTokenCount(usage['prompt_tokens']));
  // The second and third are DeepSeek's and Moonshot's names, which are older than the details.
  take(
    'cachedInputTokens',
    asTokenCount(input?.['cached_tokens']) ??
      asTokenCount(usage['prompt_cache_hit_tokens']) ??
      asTokenCount(usage['cached_tokens']),
  );
  // OpenRouter's and Alibaba's; neither says for how long, and five minutes is what both write by default.
  take(
    'cacheWrite5mTokens',
    asTokenCount(input?.['cache_write_tokens']) ?? asTokenCount(input?.['cache_creation_input_tokens']),
  );
  take('audioInputTokens', asTokenCount(input?.['audio_tokens']));
  take('outputTokens', asTokenCount(usage['completion_tokens']));
  take('reasoningTokens', asTokenCount(output?.['reasoning_tokens']));
  take('audioOutputTokens', asTokenCount(output?.['audio_tokens']));
  addReasoning(read, asTokenCount(usage['total_tokens']));
  return Object.keys(read).length === 0 ? undefined : read;
}

/**
 * xAI counts reasoning beside the completion, and not in it as OpenAI does: its total shows it.
 * @see https://docs.x.ai/docs/guides/reasoning
 */
function addReasoning(usage: Usage, total: number | undefined): void {
  const { inputTokens = 0, outputTokens, reasoningTokens } = usage;
  if (outputTokens === undefined || reasoningTokens === undefined) return;
  const whole = outputTokens + reasoningTokens;
  const beside =
    total === undefined
      ? reasoningTokens > outputTokens
      : reasoningTokens > 0 && inputTokens + whole === total;
  if (beside) usage.outputTokens = whole;
}

/** As OpenAI writes it, and what is written to a cache as OpenRouter does. A figure that nobody gave is left out. */
export function renderUsage(usage: Usage): JsonObject {
  const { inputTokens, outputTokens } = usage;
  const { cacheWrite5mTokens: write5m, cacheWrite1hTokens: write1h } = usage;
  const written =
    write5m === undefined && write1h === undefined ? undefined : (write5m ?? 0) + (write1h ?? 0);
  const total =
    inputTokens === undefined || outputTokens === undefined ? undefined : inputTokens + outputTokens;
  return given({
    prompt_tokens: inputTokens,
    completion_tokens: outputTokens,
    total_tokens: total,
    prompt_tokens_details: details({
      cached_tokens: usage.cachedInputTokens,
      cache_write_tokens: written,
      audio_tokens: usage.audioInputTokens,
    }),
    completion_tokens_details: details({
      reasoning_tokens: usage.reasoningTokens,
      audio_tokens: usage.audioOutputTokens,
    }),
  });
}

function details(figures: JsonObject): JsonObject | undefined {
  const said = given(figures);
  return Object.keys(said).length === 0 ? undefined : said;
}
