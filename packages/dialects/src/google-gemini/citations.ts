import type { Citation } from '../call.ts';
import { asArray, asObject, asString, asTokenCount, type JsonObject } from '../json.ts';
import { given } from '../given.ts';
import type { TextOffsets } from './text-offsets.ts';

/** A citation as Google's replies have it, in bytes of the part that it belongs to. */
export interface PlacedCitation {
  readonly source: Pick<Citation, 'url' | 'title' | 'citedText'>;
  readonly partIndex: number;
  readonly startByte?: number;
  readonly endByte?: number;
}

/**
 * What a candidate says that its text is founded on: sources it quotes, and pages and documents that it was given.
 * @see https://ai.google.dev/api/generate-content#citationmetadata
 * @see https://ai.google.dev/api/generate-content#GroundingMetadata
 */
export function readCitations(candidate: JsonObject): PlacedCitation[] {
  const metadata = asObject(candidate['citationMetadata']);
  const quoted = [...asArray(metadata?.['citationSources']), ...asArray(metadata?.['citations'])];
  return [...quoted.flatMap(readQuoted), ...readGrounding(asObject(candidate['groundingMetadata']))];
}

function readQuoted(item: unknown): PlacedCitation[] {
  const citation = asObject(item);
  const source = given({ url: asString(citation?.['uri']), title: asString(citation?.['title']) });
  if (!citation || Object.keys(source).length === 0) return [];
  return [{ source, partIndex: 0, ...bytesOf(citation) }];
}

function readGrounding(metadata: JsonObject | undefined): PlacedCitation[] {
  const sources = asArray(metadata?.['groundingChunks']).map(readSource);
  const cited = new Set<number>();
  const placed: PlacedCitation[] = [];
  for (const item of asArray(metadata?.['groundingSupports'])) {
    const support = asObject(item);
    const segment = asObject(support?.['segment']) ?? {};
    for (const index of asArray(support?.['groundingChunkIndices'])) {
      const source = typeof index === 'number' ? sources[index] : undefined;
      if (!source || typeof index !== 'number') continue;
      cited.add(index);
      placed.push({ source, partIndex: asTokenCount(segment['partIndex']) ?? 0, ...bytesOf(segment) });
    }
  }
  for (const [i, source] of sources.entries()) {
    if (source && !cited.has(i)) placed.push({ source, partIndex: 0 });
  }
  return placed;
}

function readSource(item: unknown): PlacedCitation['source'] | undefined {
  const chunk = asObject(item);
  const found =
    asObject(chunk?.['web']) ?? asObject(chunk?.['retrievedContext']) ?? asObject(chunk?.['maps']);
  if (!found) return undefined;
  const text = chunk?.['retrievedContext'] === found ? asString(found['text']) : undefined;
  return given({ url: asString(found['uri']), title: asString(found['title']), citedText: text });
}

/** A start of 0 is left out. */
function bytesOf(segment: JsonObject): { startByte?: number; endByte?: number } {
  const endByte = asTokenCount(segment['endIndex']);
  const startByte = asTokenCount(segment['startIndex']) ?? (endByte === undefined ? undefined : 0);
  return given({ startByte, endByte });
}

/** A citation of ours, in bytes of all of the candidate's text, as Google's own examples read them. */
export function placeCitation(
  { startIndex, endIndex, ...source }: Citation,
  offsets: TextOffsets,
  textStart: number,
): PlacedCitation {
  const bytesAt = (index: number | undefined): number | undefined =>
    index === undefined ? undefined : offsets.bytesAt(textStart + index);
  return { source, partIndex: 0, ...given({ startByte: bytesAt(startIndex), endByte: bytesAt(endIndex) }) };
}

/** @returns undefined for no citations. */
export function renderGrounding(citations: readonly PlacedCitation[]): JsonObject | undefined {
  if (citations.length === 0) return undefined;
  const indices = new Map<string, number>();
  const groundingChunks: JsonObject[] = [];
  const groundingSupports: JsonObject[] = [];
  for (const { source, startByte, endByte } of citations) {
    const key = JSON.stringify([source.url, source.title, source.citedText]);
    let index = indices.get(key);
    if (index === undefined) {
      index = groundingChunks.push(renderSource(source)) - 1;
      indices.set(key, index);
    }
    if (endByte === undefined) continue;
    const segment = given({ startIndex: startByte, endIndex: endByte });
    groundingSupports.push({ segment, groundingChunkIndices: [index] });
  }
  return { groundingChunks, ...(groundingSupports.length > 0 && { groundingSupports }) };
}

function renderSource({ url, title, citedText }: PlacedCitation['source']): JsonObject {
  const found = given({ uri: url, title, text: citedText });
  return url === undefined || citedText !== undefined ? { retrievedContext: found } : { web: found };
}
