import type { ClientRequest, ReplyContext, RequestTarget } from '../../dialect.ts';
import type { JsonObject } from '../../json.ts';
import { DEFAULT_QUIRKS } from '../../quirks.ts';

/** A client's body, with what the light layer reads of it. */
export function asked(body: JsonObject): ClientRequest {
  const { model, stream, n } = body;
  return {
    model: typeof model === 'string' ? model : 'm',
    stream: stream === true,
    usageWanted: true,
    outputTokensMax: undefined,
    choices: typeof n === 'number' ? n : 1,
    body,
  };
}

export const TARGET: RequestTarget = {
  upstreamModel: 'up',
  outputTokensMax: 9,
  quirks: DEFAULT_QUIRKS,
};

export const CONTEXT: ReplyContext = {
  requestId: 'req_01abc',
  model: 'house-model',
  createdAtMs: 1_700_000_000_500,
  usageWanted: true,
  creditLimitTokens: undefined,
};
