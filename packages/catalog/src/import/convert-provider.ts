import type { MatchLogic, ModelInfo, Provider } from '@pydantic/genai-prices';
import type { ModelRow } from '../model-row.ts';
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

/** Models that search the web in every call, for a fee on top of the tokens. */
const SEARCHES = /search/;
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
    if ('reason' in converted) {
      leftOut.push({ upstreamModel: model.id, reason: converted.reason });
      continue;
    }
    const { price } = converted;
    const isHeard =
      price.audioInputNanoUsdPerMtok !== undefined || price.audioOutputNanoUsdPerMtok !== undefined;
    for (const upstreamModel of namesOf(model, provider.models)) {
      if (SEARCHES.test(upstreamModel)) {
        leftOut.push({ upstreamModel, reason: 'its searches cost extra in every call' });
      } else if (SPEAKS.test(upstreamModel) && !isHeard) {
        leftOut.push({ upstreamModel, reason: 'it has no price for audio' });
      } else {
        rows.push({
          upstreamModel,
          ...(model.context_window !== undefined && { contextTokensMax: model.context_window }),
          ...(model.deprecated === true && { deprecated: true }),
          price,
        });
      }
    }
  }
  return { rows: rows.toSorted(byName), leftOut: leftOut.toSorted(byName) };
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
