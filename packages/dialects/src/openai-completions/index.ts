import type { WireFormat } from '../dialect.ts';
import { readVendorError, renderError } from '../openai-chat/errors.ts';
import { renderStreamError } from '../openai-chat/render-stream-error.ts';
import { markOutputLimit } from '../openai-chat/output-limit.ts';
import { CompletionStreamMeter, readReply } from './reply.ts';
import { parseRequest, passRequest, promptOf } from './request.ts';
import { withoutUnaskedUsage } from '../openai-chat/unasked-usage.ts';

/**
 * Texts to be continued: what came before conversations, and is still what some models are called with.
 * @see https://platform.openai.com/docs/api-reference/completions/create
 */
export const openaiCompletions: WireFormat = {
  name: 'openai-completions',
  channelDialect: 'openai-chat',
  parseRequest,
  promptOf,
  passRequest,
  endpoint: () => '/completions',
  readReply,
  meter: () => new CompletionStreamMeter(),
  markOutputLimit,
  withoutUnaskedUsage,
  renderError,
  renderStreamError,
  readVendorError,
};
