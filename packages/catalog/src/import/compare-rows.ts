import { usdDecimal } from '@weir/core/money';
import type { ModelRow } from '../model-row.ts';

/** What changed from one state of a vendor's models to the next: a line each, in the order added, removed, changed. */
export function compareRows(
  vendor: string,
  before: readonly ModelRow[],
  after: readonly ModelRow[],
): string[] {
  const was = new Map(before.map((row) => [row.upstreamModel, row]));
  const is = new Map(after.map((row) => [row.upstreamModel, row]));
  const added = after.filter(({ upstreamModel }) => !was.has(upstreamModel));
  const removed = before.filter(({ upstreamModel }) => !is.has(upstreamModel));
  const changed = after.flatMap((row) => {
    const old = was.get(row.upstreamModel);
    const changes = old === undefined ? [] : changesOf(old, row);
    return changes.length === 0 ? [] : [`~ ${vendor} ${row.upstreamModel}: ${changes.join(', ')}`];
  });
  return [
    ...added.map(({ upstreamModel }) => `+ ${vendor} ${upstreamModel}`),
    ...removed.map(({ upstreamModel }) => `- ${vendor} ${upstreamModel}`),
    ...changed,
  ];
}

function changesOf(before: ModelRow, after: ModelRow): string[] {
  const was = flat(before);
  const is = flat(after);
  return [...new Set([...was.keys(), ...is.keys()])]
    .filter((name) => was.get(name) !== is.get(name))
    .map((name) => `${name} ${was.get(name) ?? 'none'} → ${is.get(name) ?? 'none'}`);
}

/** Every figure by its path; amounts in USD. */
function flat({ contextTokensMax, deprecated, price }: ModelRow): Map<string, string> {
  const figures = new Map<string, string>();
  if (contextTokensMax !== undefined) figures.set('contextTokensMax', String(contextTokensMax));
  if (deprecated) figures.set('deprecated', 'true');
  const { tiers = [], ...base } = price;
  const add = (prefix: string, components: Readonly<Record<string, string | undefined>>) => {
    for (const [name, nanoUsd] of Object.entries(components)) {
      if (nanoUsd !== undefined) figures.set(prefix + usdName(name), usdDecimal(BigInt(nanoUsd)));
    }
  };
  add('', base);
  for (const { inputTokensFrom, ...tier } of tiers) add(`from ${inputTokensFrom} `, tier);
  return figures;
}

function usdName(component: string): string {
  return component.replace('NanoUsd', 'Usd');
}
