import type { Dialect } from '@weir/dialects/dialect';
import type { TokenCounter } from '../tokens/token-counter.ts';

/**
 * How many tokens a prompt has, by the gateway's own tokenizer: nobody is called, and it costs nothing. A vendor's own
 * figure may differ by some per cent; what is charged for is the vendor's.
 * @throws {WeirError} `invalid_request`
 */
export async function countPromptTokens(
  tokens: TokenCounter,
  dialect: Dialect,
  { body, model }: { body: unknown; model?: string },
): Promise<number> {
  const request = dialect.parseRequest(body, { ...(model !== undefined && { model }), stream: false });
  const { text, extraTokens } = dialect.promptOf(request);
  return (await tokens.count(text)) + extraTokens;
}
