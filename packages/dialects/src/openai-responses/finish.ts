import { asObject, asWord, type JsonObject } from '../json.ts';
import { errorText } from '../broken-finish.ts';
import type { Finish, FinishReason, ReplyPart } from '../reply.ts';

/** @returns why the response is incomplete, or else its status, once it is over. */
export function finishWord(response: JsonObject): string | undefined {
  const { status } = response;
  if (status === 'in_progress' || status === 'queued') return undefined;
  return asWord(asObject(response['incomplete_details'])?.['reason'] ?? status);
}

/** Whether the output limit cut it. */
export function endedForLength(response: JsonObject): boolean {
  return response['status'] === 'incomplete' && finishWord(response) === 'max_output_tokens';
}

/** What the reply consists of, as far as it tells why it ended. */
export interface ReplyKinds {
  readonly calls: boolean;
  readonly refuses: boolean;
}

/** Of a reply that is whole. */
export function kindsOf(parts: readonly Pick<ReplyPart, 'kind'>[]): ReplyKinds {
  return {
    calls: parts.some(({ kind }) => kind === 'tool_call'),
    refuses: parts.some(({ kind }) => kind === 'refusal'),
  };
}

/** The status says whether the reply is whole; whether it is a call or a refusal, only what is in it. */
export function readFinish(response: JsonObject, { calls, refuses }: ReplyKinds): Finish {
  const native = finishWord(response);
  const reason = ((): FinishReason => {
    if (response['status'] === 'incomplete') return incompleteReason(native);
    if (calls) return 'tool_calls';
    return refuses ? 'refusal' : 'stop';
  })();
  return { reason, ...(native !== undefined && { native }) };
}

function incompleteReason(native: string | undefined): FinishReason {
  if (native === 'max_output_tokens') return 'length';
  if (native === 'content_filter') return 'content_filter';
  return native === PAUSE ? 'pause' : 'error';
}

/** A word of ours: in this format no turn is interrupted. */
const PAUSE = 'pause';

/** The fields of a response that say how it ended. */
export interface RenderedEnd {
  readonly status: 'completed' | 'incomplete' | 'failed';
  readonly error: JsonObject | null;
  readonly incomplete_details: JsonObject | null;
}

/** A refusal without words of its own would look like a whole answer: it is shown as one that was cut. */
export function renderEnd(finish: Finish, { refuses }: ReplyKinds): RenderedEnd {
  switch (finish.reason) {
    case 'stop':
    case 'tool_calls':
      return COMPLETED;
    case 'refusal':
      return refuses ? COMPLETED : incomplete('content_filter');
    case 'length':
      return incomplete('max_output_tokens');
    case 'content_filter':
      return incomplete('content_filter');
    case 'pause':
      return incomplete(PAUSE);
    case 'error':
      return {
        status: 'failed',
        error: { code: 'server_error', message: errorText(finish) },
        incomplete_details: null,
      };
  }
}

const COMPLETED: RenderedEnd = { status: 'completed', error: null, incomplete_details: null };

function incomplete(reason: string): RenderedEnd {
  return { status: 'incomplete', error: null, incomplete_details: { reason } };
}
