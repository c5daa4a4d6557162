import type { MatchLogic, ModelInfo, Provider } from '@pydantic/genai-prices';
import type { ModelRow, PriceRow } from '../model-row.ts';
import { convertPrice } from './convert-price.ts';

/** A model that the catalog does without. */
export interface LeftOut {
  readonly upstreamModel: string;
  readonly reason: string;
}

export interface ConvertedProvider {
  /** By name. */
  readonly rows: readonly ModelRow[];
  /** By name. */
  readonly leftOut: readonly LeftOut[];
}

/** Models that search the web in every call, for a fee besides the tokens. */
const SEARCHES = /\bsearch\b|deep-research|sonar/;
/** Models that hear or speak, and so have tokens of audio. */
const SPEAKS = /audio|realtime|speech|transcri|tts|voice|voxtral/;

/**
 * Every name that the package gives a price for, one row each. A model of the package stands for a family: its own
 * id and the names that it lists; names that only a pattern would match are not made up.
 */
export function convertProvider(provider: Provider, asOf: Date): ConvertedProvider {
  const rows: ModelRow[] = [];
  const leftOut: LeftOut[] = [];
  for (const model of provider.models) {
    const converted = convertPrice(model.prices, asOf);
    const names = 'price' in converted ? namesOf(model, provider.models) : [];
    if ('reason' in converted) leftOut.push({ upstreamModel: model.id, reason: converted.reason });
    else if (names.length === 0) {
      leftOut.push({ upstreamModel: model.id, reason: 'its names are patterns, or stand for other models' });
    } else {
      for (const upstreamModel of names) {
        const reason = reasonAgainst(provider, upstreamModel, converted.price);
        if (reason === undefined) rows.push(rowOf(upstreamModel, model, converted.price));
        else leftOut.push({ upstreamModel, reason });
      }
    }
  }
  return { rows: rows.toSorted(byName), leftOut: leftOut.toSorted(byName) };
}

/** What the price doesn't tell, but the name does. */
function reasonAgainst(provider: Provider, name: string, price: PriceRow): string | undefined {
  const hasAudioPrice =
    price.audioInputNanoUsdPerMtok !== undefined || price.audioOutputNanoUsdPerMtok !== undefined;
  if (SEARCHES.test(name)) return 'its searches cost extra in every call';
  if (SPEAKS.test(name) && !hasAudioPrice) return 'it has no price for audio';
  if (provider.id === 'google' && name.startsWith('claude'))
    return 'Vertex AI serves it, Gemini’s API does not';
  if (provider.id === 'openrouter' && !name.includes('/')) return 'OpenRouter calls models author/name';
  return undefined;
}

function rowOf(upstreamModel: string, model: ModelInfo, price: PriceRow): ModelRow {
  return {
    upstreamModel,
    ...(model.context_window !== undefined && { contextTokensMax: model.context_window }),
    ...(model.deprecated === true && { deprecated: true }),
    price,
  };
}

function byName(one: { readonly upstreamModel: string }, other: { readonly upstreamModel: string }): number {
  return one.upstreamModel < other.upstreamModel ? -1 : Number(one.upstreamModel > other.upstreamModel);
}

/** Those of a model's names that the package, which takes the first model that matches, takes for this one. */
function namesOf(model: ModelInfo, models: readonly ModelInfo[]): string[] {
  const names = new Set([model.id, ...listedNames(model.match)]);
  return [...names].filter((name) => models.find(({ match }) => matches(match, name)) === model);
}

function listedNames(match: MatchLogic): string[] {
  if ('equals' in match) return [match.equals];
  return 'or' in match ? match.or.flatMap(listedNames) : [];
}

/** As the package does: letter case counts in a regular expression alone. */
function matches(match: MatchLogic, name: string): boolean {
  if ('or' in match) return match.or.some((one) => matches(one, name));
  if ('and' in match) return match.and.every((one) => matches(one, name));
  if ('regex' in match) return new RegExp(match.regex).test(name);
  const lower = name.toLowerCase();
  if ('equals' in match) return lower === match.equals.toLowerCase();
  if ('starts_with' in match) return lower.startsWith(match.starts_with.toLowerCase());
  if ('ends_with' in match) return lower.endsWith(match.ends_with.toLowerCase());
  return lower.includes(match.contains.toLowerCase());
}
