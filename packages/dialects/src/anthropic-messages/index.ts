import type { Dialect } from '../dialect.ts';
import { parseRequest, passRequest } from './request.ts';
import { decoder } from './decoder.ts';
import { encoder } from './encoder.ts';
import { readVendorError, renderError, renderStreamError } from './errors.ts';
import { fieldName } from './field-name.ts';
import { markOutputLimit } from './output-limit.ts';
import { promptOf } from './prompt-of.ts';
import { readReply } from './read-reply.ts';
import { DROPPED, OWN_HINTS, renderRequest } from './render-request.ts';
import { parseReply } from './parse-reply.ts';
import { renderReply } from './render-reply.ts';
import { MessageStreamMeter } from './stream-meter.ts';
import { toCall } from './to-call.ts';

/** @see https://platform.claude.com/docs/en/api/versioning */
const API_VERSION = '2023-06-01';

/**
 * Anthropic's Messages API, and that of vendors who offer the same.
 * @see https://platform.claude.com/docs/en/api/messages
 */
export const anthropicMessages: Dialect = {
  name: 'anthropic-messages',
  channelDialect: 'anthropic-messages',
  passedHeaders: ['anthropic-version', 'anthropic-beta'],
  dropped: DROPPED,
  ownHints: OWN_HINTS,
  parseRequest,
  promptOf,
  passRequest,
  toCall,
  fieldName,
  renderRequest,
  endpoint: () => '/messages',
  authHeaders: (apiKey) => ({ 'x-api-key': apiKey, 'anthropic-version': API_VERSION }),
  readReply,
  meter: () => new MessageStreamMeter(),
  parseReply,
  renderReply,
  decoder,
  encoder,
  markOutputLimit,
  renderError,
  renderStreamError,
  readVendorError,
};
