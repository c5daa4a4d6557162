import type { Dialect } from '../dialect.ts';
import { renderError } from '../openai-chat/errors.ts';
import { decoder } from './decoder.ts';
import { encoder } from './encoder.ts';
import { markOutputLimit } from './output-limit.ts';
import { promptOf } from './prompt-of.ts';
import { parseReply, readReply } from './read-reply.ts';
import { renderStreamError } from './render-error.ts';
import { fieldName } from './field-name.ts';
import { renderReply } from './render-reply.ts';
import { DROPPED, OWN_HINTS, renderRequest } from './render-request.ts';
import { parseRequest, passRequest } from './request.ts';
import { ResponseStreamMeter } from './stream-meter.ts';
import { toCall } from './to-call.ts';
import { readVendorError } from './vendor-error.ts';

/**
 * OpenAI's Responses API, without what it keeps of a conversation.
 * @see https://platform.openai.com/docs/api-reference/responses
 */
export const openaiResponses: Dialect = {
  name: 'openai-responses',
  channelDialect: 'openai-responses',
  dropped: DROPPED,
  ownHints: OWN_HINTS,
  parseRequest,
  promptOf,
  passRequest,
  toCall,
  fieldName,
  renderRequest,
  endpoint: () => '/responses',
  authHeaders: (apiKey) => ({ authorization: `Bearer ${apiKey}` }),
  readReply,
  meter: () => new ResponseStreamMeter(),
  parseReply,
  renderReply,
  decoder,
  encoder,
  markOutputLimit,
  renderError: (error) => ({ ...renderError(error) }),
  renderStreamError,
  readVendorError,
};
