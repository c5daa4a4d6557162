import { asArray, asObject, asString, type JsonObject } from '../json.ts';
import type { TokenLogprob } from '../reply.ts';

interface Candidate {
  readonly token: string;
  readonly logprob: number;
}

/**
 * The tokens of a candidate, with what else might have stood there.
 * @see https://ai.google.dev/api/generate-content#LogprobsResult
 */
export function readLogprobs(value: unknown): TokenLogprob[] {
  const result = asObject(value);
  const top = asArray(result?.['topCandidates']);
  return asArray(result?.['chosenCandidates']).flatMap((chosen, i) =>
    readCandidate(chosen).map((candidate) => ({
      ...candidate,
      alternatives: asArray(asObject(top[i])?.['candidates']).flatMap(readCandidate),
    })),
  );
}

/** A probability of 1 has the logarithm 0, which is left out. */
function readCandidate(value: unknown): Candidate[] {
  const candidate = asObject(value);
  const token = asString(candidate?.['token']);
  if (token === undefined) return [];
  const logprob = candidate?.['logProbability'] ?? 0;
  return typeof logprob === 'number' ? [{ token, logprob }] : [];
}

/** The other way round; the bytes of tokens have no place in it. */
export function renderLogprobs(tokens: readonly TokenLogprob[]): JsonObject {
  return {
    chosenCandidates: tokens.map(renderCandidate),
    topCandidates: tokens.map(({ alternatives }) => ({ candidates: alternatives.map(renderCandidate) })),
  };
}

function renderCandidate({ token, logprob }: Candidate): JsonObject {
  return { token, logProbability: logprob };
}
