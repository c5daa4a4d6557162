import type { ReplyContext } from '../dialect.ts';
import type { JsonObject } from '../json.ts';
import { markFor } from '../output-limit.ts';
import type { Choice, Reply } from '../reply.ts';
import type { Usage } from '../usage.ts';
import { CandidateWriter } from './candidate-writer.ts';
import { renderLogprobs } from './logprobs.ts';
import { writtenServiceTier } from './service-tier.ts';
import { renderUsage } from './usage-metadata.ts';

/** Google's clients read the first part without asking whether there is one. */
const NO_PARTS: readonly JsonObject[] = [{ text: '' }];

/** @see https://ai.google.dev/api/generate-content#generatecontentresponse */
export function renderReply(reply: Reply, context: ReplyContext): JsonObject {
  const { choices, usage, serviceTier } = reply;
  const cut = choices.some(({ finish }) => finish.reason === 'length');
  return {
    ...renderMessage(choices.map(renderChoice), context, usage, serviceTier),
    ...markFor(cut, context),
  };
}

function renderChoice(choice: Choice, index: number): JsonObject {
  const writer = new CandidateWriter();
  const parts = choice.parts.flatMap((part) => writer.writePart(part));
  return {
    ...renderCandidate(index, parts),
    ...writer.end(choice.finish),
    ...(choice.logprobs && { logprobsResult: renderLogprobs(choice.logprobs) }),
  };
}

/** What every candidate has, in a whole reply and in each message of a stream. */
export function renderCandidate(index: number, parts: readonly JsonObject[]): JsonObject {
  return { content: { parts: parts.length > 0 ? parts : NO_PARTS, role: 'model' }, index };
}

/** A whole reply, or one message of a stream: they look the same, each with the usage so far. */
export function renderMessage(
  candidates: readonly JsonObject[],
  context: ReplyContext,
  usage: Usage | undefined,
  serviceTier: string | undefined,
): JsonObject {
  const tier = writtenServiceTier(serviceTier);
  return {
    candidates,
    ...((usage ?? tier) && { usageMetadata: renderUsage(usage ?? {}, tier) }),
    modelVersion: context.model,
    responseId: context.requestId,
  };
}
