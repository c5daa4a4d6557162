import { asArray, asObject, asString, asTokenCount, type JsonObject } from '../json.ts';
import type { Usage } from '../usage.ts';
import { readServiceTier } from './service-tier.ts';

type Figure = 'prompt' | 'toolUse' | 'cached' | 'candidates' | 'thoughts' | 'audioInput' | 'audioOutput';

/**
 * The figures of one reply. Each message of a stream has cumulative ones, but not always all: the greater one wins,
 * figure by figure, before they are added up. `candidatesTokenCount` leaves the thoughts out; the results of the
 * vendor's own tools are read as a prompt, and counted beside it.
 * @see https://ai.google.dev/api/generate-content#UsageMetadata
 */
export class UsageTally {
  readonly #figures = new Map<Figure, number>();

  add(metadata: JsonObject | undefined): void {
    if (!metadata) return;
    this.#take('prompt', metadata['promptTokenCount']);
    this.#take('toolUse', metadata['toolUsePromptTokenCount']);
    this.#take('cached', metadata['cachedContentTokenCount']);
    this.#take('candidates', metadata['candidatesTokenCount']);
    this.#take('thoughts', metadata['thoughtsTokenCount']);
    this.#take(
      'audioInput',
      speechTokens(metadata['promptTokensDetails'], metadata['toolUsePromptTokensDetails']),
    );
    this.#take('audioOutput', speechTokens(metadata['candidatesTokensDetails']));
  }

  /** Undefined as long as nobody gave a figure. */
  get usage(): Usage | undefined {
    if (this.#figures.size === 0) return undefined;
    const usage: Usage = {};
    const set = (field: keyof Usage, value: number | undefined): void => {
      if (value !== undefined) usage[field] = value;
    };
    set('inputTokens', this.#sum('prompt', 'toolUse'));
    set('cachedInputTokens', this.#figures.get('cached'));
    set('audioInputTokens', this.#figures.get('audioInput'));
    set('outputTokens', this.#sum('candidates', 'thoughts'));
    set('reasoningTokens', this.#figures.get('thoughts'));
    set('audioOutputTokens', this.#figures.get('audioOutput'));
    return usage;
  }

  #take(figure: Figure, value: unknown): void {
    const count = asTokenCount(value);
    if (count !== undefined) this.#figures.set(figure, Math.max(count, this.#figures.get(figure) ?? 0));
  }

  #sum(one: Figure, other: Figure): number | undefined {
    const [a, b] = [this.#figures.get(one), this.#figures.get(other)];
    return a === undefined && b === undefined ? undefined : asTokenCount((a ?? 0) + (b ?? 0));
  }
}

/** @returns undefined where no speech is listed. */
function speechTokens(...lists: readonly unknown[]): number | undefined {
  let sum: number | undefined;
  for (const item of lists.flatMap(asArray)) {
    const detail = asObject(item);
    const count = asTokenCount(detail?.['tokenCount']);
    if (detail?.['modality'] === 'AUDIO' && count !== undefined) sum = (sum ?? 0) + count;
  }
  return sum;
}

/** The tier that served the call stands among the figures. */
export function serviceTierOf(metadata: JsonObject | undefined): string | undefined {
  return readServiceTier(asString(metadata?.['serviceTier']));
}

/** As Google counts: the thoughts beside the answer. */
export function renderUsage(usage: Usage, serviceTier?: string): JsonObject {
  const { inputTokens, outputTokens, reasoningTokens } = usage;
  const answer = outputTokens === undefined ? undefined : Math.max(0, outputTokens - (reasoningTokens ?? 0));
  const total =
    inputTokens === undefined && outputTokens === undefined
      ? undefined
      : (inputTokens ?? 0) + (outputTokens ?? 0);
  return {
    ...(inputTokens !== undefined && { promptTokenCount: inputTokens }),
    ...(usage.cachedInputTokens !== undefined && { cachedContentTokenCount: usage.cachedInputTokens }),
    ...(answer !== undefined && { candidatesTokenCount: answer }),
    ...(reasoningTokens !== undefined && { thoughtsTokenCount: reasoningTokens }),
    ...(total !== undefined && { totalTokenCount: total }),
    ...details('promptTokensDetails', inputTokens, usage.audioInputTokens),
    ...details('candidatesTokensDetails', answer, usage.audioOutputTokens),
    ...(serviceTier !== undefined && { serviceTier }),
  };
}

function details(field: string, all: number | undefined, speech: number | undefined): JsonObject {
  if (speech === undefined) return {};
  const rest = Math.max(0, (all ?? speech) - speech);
  return {
    [field]: [
      { modality: 'TEXT', tokenCount: rest },
      { modality: 'AUDIO', tokenCount: speech },
    ],
  };
}
