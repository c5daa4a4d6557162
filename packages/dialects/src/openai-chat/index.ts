import type { Dialect } from '../dialect.ts';
import { decoder } from './decoder.ts';
import { encoder } from './encoder.ts';
import { readVendorError, renderError } from './errors.ts';
import { fieldName } from './field-name.ts';
import { markOutputLimit } from './output-limit.ts';
import { parseReply } from './parse-reply.ts';
import { DROPPED, OWN_HINTS, renderRequest } from './render-request.ts';
import { renderReply } from './render-reply.ts';
import { renderStreamError } from './render-stream-error.ts';
import { readReply } from './reply.ts';
import { parseRequest, passRequest, promptOf } from './request.ts';
import { ChatStreamMeter } from './stream-meter.ts';
import { toCall } from './to-call.ts';
import { withoutReasoning } from './without-reasoning.ts';
import { withoutUnaskedUsage } from './unasked-usage.ts';

/**
 * OpenAI's chat completions, and what everybody made after them.
 * @see https://platform.openai.com/docs/api-reference/chat
 */
export const openaiChat: Dialect = {
  name: 'openai-chat',
  channelDialect: 'openai-chat',
  dropped: DROPPED,
  ownHints: OWN_HINTS,
  parseRequest,
  promptOf,
  passRequest,
  toCall,
  fieldName,
  renderRequest,
  endpoint: () => '/chat/completions',
  authHeaders: (apiKey) => ({ authorization: `Bearer ${apiKey}` }),
  readReply,
  meter: () => new ChatStreamMeter(),
  parseReply,
  renderReply,
  decoder,
  encoder,
  markOutputLimit,
  withoutUnaskedUsage,
  withoutReasoning,
  renderError,
  renderStreamError,
  readVendorError,
};
