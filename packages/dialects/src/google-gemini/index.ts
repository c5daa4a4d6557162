import type { Dialect } from '../dialect.ts';
import { decoder, parseReply } from './decoder.ts';
import { encoder } from './encoder.ts';
import { readVendorError, renderError, renderStreamError } from './errors.ts';
import { fieldName } from './field-name.ts';
import { markOutputLimit } from './output-limit.ts';
import { DROPPED, OWN_HINTS, renderRequest } from './render-request.ts';
import { renderReply } from './render-reply.ts';
import { readReply } from './reply.ts';
import { parseRequest, passRequest, promptOf } from './request.ts';
import { GeminiStreamMeter } from './stream-meter.ts';
import { toCall } from './to-call.ts';

/**
 * Google's `generateContent`, as the Gemini API speaks it.
 * @see https://ai.google.dev/api/generate-content
 */
export const googleGemini: Dialect = {
  name: 'google-gemini',
  channelDialect: 'google-gemini',
  dropped: DROPPED,
  ownHints: OWN_HINTS,
  parseRequest,
  promptOf,
  passRequest,
  toCall,
  fieldName,
  renderRequest,
  endpoint({ upstreamModel, stream }) {
    const model = encodeURIComponent(upstreamModel.replace(/^models\//, ''));
    return `/models/${model}:${stream ? 'streamGenerateContent?alt=sse' : 'generateContent'}`;
  },
  authHeaders: (apiKey) => ({ 'x-goog-api-key': apiKey }),
  readReply,
  meter: () => new GeminiStreamMeter(),
  parseReply,
  renderReply,
  decoder,
  encoder,
  markOutputLimit,
  renderError,
  renderStreamError,
  readVendorError,
};
