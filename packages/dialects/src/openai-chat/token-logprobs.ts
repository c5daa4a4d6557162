import { asArray, asObject, asString, type JsonObject } from '../json.ts';
import type { TokenLogprob } from '../reply.ts';

type Alternative = TokenLogprob['alternatives'][number];

/** @see https://platform.openai.com/docs/api-reference/chat/object#chat/object-choices */
export function readLogprobs(value: unknown): TokenLogprob[] {
  const logprobs = asObject(value);
  return [...asArray(logprobs?.['content']), ...asArray(logprobs?.['refusal'])].flatMap((item) => {
    const read = readToken(item);
    if (!read) return [];
    const alternatives = asArray(asObject(item)?.['top_logprobs']).flatMap((one) => readToken(one) ?? []);
    return [{ ...read, alternatives }];
  });
}

function readToken(value: unknown): Alternative | undefined {
  const given = asObject(value);
  const token = asString(given?.['token']);
  const logprob = given?.['logprob'];
  if (token === undefined || typeof logprob !== 'number') return undefined;
  const bytes = given?.['bytes'];
  return { token, logprob, ...(isByteArray(bytes) && { bytes }) };
}

function isByteArray(value: unknown): value is number[] {
  return (
    Array.isArray(value) &&
    value.every((one: unknown) => typeof one === 'number' && Number.isInteger(one) && one >= 0 && one <= 255)
  );
}

/** @param of what the tokens are of: a refusal has a list of its own. */
export function renderLogprobs(tokens: readonly TokenLogprob[], of: 'content' | 'refusal'): JsonObject {
  const rendered = tokens.map(({ alternatives, ...token }) => ({
    ...renderToken(token),
    top_logprobs: alternatives.map(renderToken),
  }));
  return { content: null, refusal: null, [of]: rendered };
}

function renderToken({ token, logprob, bytes }: Alternative): JsonObject {
  return { token, logprob, bytes: bytes ?? null };
}
