import type { ReplyReading, StreamMeter, WireFormat } from '../dialect.ts';
import { asArray, asObject, asTokenCount } from '../json.ts';
import { readVendorError, renderError } from '../openai-chat/errors.ts';
import { renderStreamError } from '../openai-chat/render-stream-error.ts';
import { parseRequest, passRequest, promptOf } from './request.ts';

/**
 * Texts to vectors.
 * @see https://platform.openai.com/docs/api-reference/embeddings/create
 */
export const openaiEmbeddings: WireFormat = {
  name: 'openai-embeddings',
  channelDialect: 'openai-chat',
  parseRequest,
  promptOf,
  passRequest,
  endpoint: () => '/embeddings',
  readReply,
  meter(): StreamMeter {
    throw new Error('vectors are not streamed');
  },
  markOutputLimit: () => undefined,
  renderError,
  renderStreamError,
  readVendorError,
};

/** The vectors are not looked into. */
function readReply(json: unknown): ReplyReading | undefined {
  const body = asObject(json);
  const vectors = asArray(body?.['data']);
  if (!body || vectors.length === 0) return undefined;
  const inputTokens = asTokenCount(asObject(body['usage'])?.['prompt_tokens']);
  return {
    usage: { ...(inputTokens !== undefined && { inputTokens }), outputTokens: 0 },
    text: '',
    finishReason: undefined,
    produced: true,
  };
}
