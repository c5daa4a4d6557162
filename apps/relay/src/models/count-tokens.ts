import { WeirError } from '@weir/core/errors';
import type { Dialect } from '@weir/dialects/dialect';
import type { TokenCounter } from '../tokens/token-counter.ts';

/** A million tokens of prose, or so; what is no prose takes many times as long to count. */
const CHARACTERS_MAX = 4_000_000;

/**
 * How many tokens a prompt has, by the gateway's own tokenizer: nobody is called, and it costs nothing. A vendor's own
 * figure may differ by some per cent; what is charged for is the vendor's.
 * @throws {WeirError} `invalid_request` or `request_too_large`
 */
export async function countPromptTokens(
  tokens: TokenCounter,
  dialect: Dialect,
  { body, model }: { body: unknown; model?: string },
): Promise<number> {
  const request = dialect.parseRequest(body, { ...(model !== undefined && { model }), stream: false });
  const { text, extraTokens } = dialect.promptOf(request);
  if (text.length > CHARACTERS_MAX) {
    throw new WeirError(
      'request_too_large',
      `The prompt has more than ${CHARACTERS_MAX} characters: it is longer than is counted for nothing.`,
    );
  }
  return (await tokens.count(text)) + extraTokens;
}
