import http from 'node:http';
import type { CastKey } from './cast.ts';
import type { Random } from './random.ts';

/** Each with a weight: how often it is called. The ones after the first two fail in a way of their own. */
const WEIGHTED_MODELS = [
  [40, 'sandbox/story'],
  [30, 'sandbox/echo'],
  [4, 'sandbox/no-usage'],
  [3, 'sandbox/cut'],
  [3, 'sandbox/error-500'],
  [2, 'sandbox/empty'],
  [2, 'sandbox/garbage'],
  [1, 'sandbox/stall'],
] as const;

export const MODELS: readonly string[] = WEIGHTED_MODELS.map(([, model]) => model);

export interface Call {
  /** Under which the vendor keeps what it served. */
  readonly label: string;
  readonly key: CastKey;
  /** Counts the calls of a key: no two of its prompts have the same length. */
  readonly numberOfKey: number;
  readonly model: string;
  readonly stream: boolean;
  readonly outputTokensMax: number | undefined;
  /** How long after it was sent the client goes away, if it does not stay. */
  readonly leavesAfterMs: number | undefined;
}

/**
 * `complete`: a whole reply. `refused`: an error with a status. `failed`: an error in the middle of a stream. `cut`: the
 * connection broke. `left`: the client did not wait. `hung`: nothing came to an end for very long.
 */
export type Ending = 'complete' | 'refused' | 'failed' | 'cut' | 'left' | 'hung';

export interface CallRecord {
  readonly call: Call;
  readonly ending: Ending;
  /** Undefined when no reply began. */
  readonly requestId: string | undefined;
  /** The error that was told, or of the connection. */
  readonly code: string | undefined;
  /** By the clock that the logs have, in ms of Unix time. */
  readonly beganAtMs: number;
  readonly endedAtMs: number;
}

/** A client that waits longer than this for the end has been forgotten. */
const HUNG_AFTER_MS = 20_000;

/** Words that are a token each, so that a prompt's length in tokens says which call it was. */
const WORDS = [' river', ' water', ' stone', ' bridge', ' field', ' garden', ' winter', ' morning'];

/** Tokens from one prompt of a key to its next. */
export const PROMPT_STEP_TOKENS = WORDS.length;

export function promptOf({ numberOfKey }: Call): string {
  return `Tell me of it:${WORDS.join('').repeat(numberOfKey)}`;
}

export function drawCall(chance: Random, label: string, key: CastKey, numberOfKey: number): Call {
  const stream = chance.chance(0.7);
  return {
    label,
    key,
    numberOfKey,
    model: chance.pick(WEIGHTED_MODELS),
    stream,
    outputTokensMax: chance.chance(0.85) ? chance.whole(1, 45) : undefined,
    leavesAfterMs: chance.chance(0.15) ? chance.whole(0, 500) : undefined,
  };
}

/** Sends the call and reads its reply to whatever end. Never throws. */
export async function send(relayUrl: string, call: Call, agent: http.Agent): Promise<CallRecord> {
  const seen: { requestId?: string; status?: number; text: string } = { text: '' };
  let left = false;
  const beganAtMs = Date.now();
  const request = http.request(`${relayUrl}/v1/chat/completions`, {
    method: 'POST',
    agent,
    headers: { authorization: `Bearer ${call.key.secret}`, 'content-type': 'application/json' },
  });
  const { promise: ended, resolve: end } = Promise.withResolvers<string | undefined>();
  request.on('error', (error: NodeJS.ErrnoException) => end(error.code ?? error.name));
  request.once('response', (response) => {
    seen.status = response.statusCode ?? 0;
    seen.requestId = String(response.headers['x-request-id'] ?? '');
    response.setEncoding('utf8').on('data', (text: string) => (seen.text += text));
    response.once('end', () => end(undefined));
    response.on('error', (error: NodeJS.ErrnoException) => end(error.code ?? error.name));
  });
  const leaving =
    call.leavesAfterMs === undefined
      ? undefined
      : setTimeout(() => {
          left = true;
          request.destroy();
        }, call.leavesAfterMs);
  const hanging = setTimeout(() => {
    end('hung');
    request.destroy();
  }, HUNG_AFTER_MS);
  request.end(JSON.stringify(bodyOf(call)));
  const broke = await ended;
  clearTimeout(leaving);
  clearTimeout(hanging);
  const record = { call, requestId: seen.requestId, beganAtMs, endedAtMs: Date.now() };
  if (broke === 'hung') return { ...record, ending: 'hung', code: undefined };
  if (broke !== undefined) return { ...record, ending: left ? 'left' : 'cut', code: broke };
  return { ...record, ...read(call, seen.status ?? 0, seen.text) };
}

function bodyOf(call: Call): object {
  return {
    model: call.model,
    messages: [{ role: 'user', content: promptOf(call) }],
    stream: call.stream,
    metadata: { 'sandbox-request': call.label },
    ...(call.outputTokensMax !== undefined && { max_tokens: call.outputTokensMax }),
  };
}

interface Reply {
  readonly choices?: readonly unknown[];
  readonly error?: { readonly code: string };
}

/** A reply whose body came to its end. */
function read({ stream }: Call, status: number, text: string): Pick<CallRecord, 'ending' | 'code'> {
  if (status !== 200 || !stream) {
    const { error, choices } = parse(text);
    if (status === 200 && choices) return { ending: 'complete', code: undefined };
    return { ending: 'refused', code: error?.code ?? `status ${status} without an error` };
  }
  const events = text.split('\n\n').filter((event) => event.startsWith('data: '));
  const last = events.at(-1)?.slice('data: '.length) ?? '';
  if (last === '[DONE]') return { ending: 'complete', code: undefined };
  return { ending: 'failed', code: parse(last).error?.code ?? 'no end' };
}

function parse(text: string): Reply {
  try {
    return JSON.parse(text) as Reply;
  } catch {
    return {};
  }
}
