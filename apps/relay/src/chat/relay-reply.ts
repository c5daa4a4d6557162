import { WeirError } from '@weir/core/errors';
import type { ReplyContext, WireFormat } from '@weir/dialects/dialect';
import { dialectOf } from '@weir/dialects/dialects';
import { hideReasoning } from '@weir/dialects/hidden-reasoning';
import { withToolCallTypes } from '@weir/dialects/tool-call-mends';
import { asObject } from '@weir/dialects/json';
import type { ClientReply } from '../http/client-reply.ts';
import type { Framing } from '../http/framing.ts';
import { NEXT_STEP } from '../steps.ts';
import { NOTHING_READ, type Ending, type Reading } from './ending.ts';
import type { Upstream } from './open-upstream.ts';
import { endingOfThrown, reportedError, tooLarge } from './stream-failure.ts';
import type { Watchdog } from './watchdog.ts';

export interface ReplyRelay {
  readonly upstream: Upstream;
  readonly client: ClientReply;
  readonly watchdog: Watchdog;
  readonly replyBytesMax: number;
  /** Which the client reads. */
  readonly format: WireFormat;
  readonly framing: Pick<Framing, 'wantsReplyId'>;
  readonly context: ReplyContext;
}

/**
 * Takes in a JSON reply whole and reads it. Within one dialect its bytes go to the client untouched, once the charge is
 * durable. Never throws.
 */
export async function relayReply(relay: ReplyRelay): Promise<{ ending: Ending; reading: Reading }> {
  const { upstream, client, watchdog, replyBytesMax } = relay;
  const fail = (error: WeirError) => ({
    ending: { outcome: 'failed', error } as const,
    reading: NOTHING_READ,
  });
  try {
    const bytes = await collect(upstream.body, replyBytesMax, watchdog);
    const json = parseJson(bytes);
    await NEXT_STEP;
    const reply = upstream.format.readReply(json);
    if (!reply) return fail(noReply(upstream, json));
    const lastBytes = bytesFor(relay, bytes, json);
    const ending: Ending = client.gone ? { outcome: 'client_closed' } : { outcome: 'ok', lastBytes };
    const { usage, finishReason, produced, text } = reply;
    return { ending, reading: { usage, finishReason, produced, text: () => text } };
  } catch (thrown) {
    return { ending: endingOfThrown(thrown, client, watchdog), reading: NOTHING_READ };
  }
}

/** The reply as the client gets it. */
function bytesFor({ upstream, format, framing, context }: ReplyRelay, bytes: Buffer, json: unknown): Buffer {
  const { creditLimitTokens, hidesReasoning, requestId } = context;
  if (upstream.format !== format) {
    const reply = dialectOf(upstream.format).parseReply(json);
    const shown = hidesReasoning ? hideReasoning(reply) : reply;
    return Buffer.from(JSON.stringify(dialectOf(format).renderReply(shown, context)));
  }
  const { omitsToolCallType } = upstream.candidate.quirks;
  const lacksId = framing.wantsReplyId && asObject(json)?.['id'] === undefined;
  if (creditLimitTokens === undefined && !hidesReasoning && !omitsToolCallType && !lacksId) return bytes;
  let text = bytes.toString();
  if (hidesReasoning) text = format.withoutReasoning?.(text) ?? text;
  if (creditLimitTokens !== undefined) text = format.markOutputLimit(text, creditLimitTokens) ?? text;
  if (omitsToolCallType) text = withToolCallTypes(text);
  // Written in front: vectors are long.
  return Buffer.from(lacksId ? text.replace('{', `{"id":${JSON.stringify(requestId)},`) : text);
}

function collect(body: Upstream['body'], bytesMax: number, watchdog: Watchdog): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  const taken = body.forEach((chunk) => {
    watchdog.alive();
    bytes += chunk.length;
    if (bytes > bytesMax) throw tooLarge(bytesMax);
    chunks.push(chunk);
    return false;
  });
  return taken.then(() => (chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)));
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString());
  } catch {
    return undefined;
  }
}

/** Some vendors send their errors with a status of success. */
function noReply({ format, candidate }: Upstream, json: unknown): WeirError {
  const said = format.readVendorError(json);
  if (said) return reportedError(said, candidate);
  return new WeirError(
    'upstream_invalid_reply',
    'The model’s vendor answered with something that is no reply.',
  );
}
