import { WeirError } from '@weir/core/errors';
import { markOutputLimit, readReply, readVendorError } from '@weir/dialects/openai-chat';
import type { ClientReply } from '../http/client-reply.ts';
import type { Ending, Reading } from './ending.ts';
import type { Upstream } from './open-upstream.ts';
import type { Watchdog } from './watchdog.ts';

export interface ReplyRelay {
  readonly upstream: Upstream;
  readonly client: ClientReply;
  readonly watchdog: Watchdog;
  readonly replyBytesMax: number;
  /** The output limit, in tokens, if it is the caller's credit that set it. */
  readonly creditLimitTokens: number | undefined;
}

const NOTHING: Reading = { usage: undefined, finishReason: undefined, text: () => '' };

/** Takes in a JSON reply whole and reads it; its bytes go to the client untouched once the charge is durable. Never throws. */
export async function relayReply(relay: ReplyRelay): Promise<{ ending: Ending; reading: Reading }> {
  const { upstream, client, watchdog, replyBytesMax, creditLimitTokens } = relay;
  const fail = (error: WeirError) => ({ ending: { outcome: 'failed', error } as const, reading: NOTHING });
  try {
    const bytes = await collect(upstream.body, replyBytesMax, watchdog);
    const json = parseJson(bytes);
    const reply = readReply(json);
    if (!reply) return fail(noReply(json));
    const marked =
      creditLimitTokens === undefined ? undefined : markOutputLimit(bytes.toString(), creditLimitTokens);
    const lastBytes = marked === undefined ? bytes : Buffer.from(marked);
    const ending: Ending = client.gone ? { outcome: 'client_closed' } : { outcome: 'ok', lastBytes };
    return { ending, reading: { ...reply, text: () => reply.text } };
  } catch (thrown) {
    if (client.gone) return { ending: { outcome: 'client_closed' }, reading: NOTHING };
    if (watchdog.cancellation.reason) return fail(watchdog.cancellation.reason);
    if (thrown instanceof WeirError) return fail(thrown);
    return fail(
      new WeirError('upstream_truncated', 'The connection to the model’s vendor broke off.', {
        cause: thrown,
      }),
    );
  }
}

async function collect(body: Upstream['body'], bytesMax: number, watchdog: Watchdog): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for (let chunk = await body.read(); chunk; chunk = await body.read()) {
    watchdog.alive();
    bytes += chunk.length;
    if (bytes > bytesMax) {
      throw new WeirError(
        'upstream_invalid_reply',
        `The model’s vendor sent a reply of more than ${bytesMax} bytes.`,
      );
    }
    chunks.push(chunk);
  }
  return chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks);
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString());
  } catch {
    return undefined;
  }
}

/** Some vendors send their errors with a status of success. */
function noReply(json: unknown): WeirError {
  const said = readVendorError(json);
  if (said) return new WeirError('upstream_error', `The model’s vendor reported an error: ${said.message}`);
  return new WeirError(
    'upstream_invalid_reply',
    'The model’s vendor answered with something that is no reply.',
  );
}
