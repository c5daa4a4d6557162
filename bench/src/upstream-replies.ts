/** What the upstream serves under which model, and so what a case asks for. */
export const MODELS = {
  /** A small JSON reply, at once. */
  json: 'bench/json',
  /** 200 events, at once, in several writes. */
  stream200: 'bench/stream-200',
  /** 20 events, at once, in one write. */
  stream20: 'bench/stream-20',
  /** The small JSON reply after `VENDOR_DELAY_MS`. */
  slowJson: 'bench/slow-json',
  /** The 20 events after `VENDOR_DELAY_MS`. */
  slowStream20: 'bench/slow-stream-20',
  /** Events at the pace that has been set, until told to finish. */
  paced: 'bench/paced',
  /** The same, 50 events long. */
  paced50: 'bench/paced-50',
  /** As `stream200`, for a client that speaks another dialect than the upstream. */
  converted200: 'bench/converted-200',
  /** As `paced`, for such a client. */
  convertedPaced: 'bench/converted-paced',
} as const;

export type BenchModel = (typeof MODELS)[keyof typeof MODELS];

export const CONVERTED_MODELS: ReadonlySet<BenchModel> = new Set([
  MODELS.converted200,
  MODELS.convertedPaced,
]);

/** How long the slow models take until their first byte. */
export const VENDOR_DELAY_MS = 50;

const EVENTS_PER_WRITE = 40;
const ID = 'chatcmpl-C4hZ8vQ2rX6nB1mT9kLpW3sYdJf7A';
const CREATED = 1_794_300_000;
const WORDS = ' the water rises slowly behind the weir and then it falls'.split(/(?= )/);

const USAGE = {
  prompt_tokens: 42,
  completion_tokens: 197,
  total_tokens: 239,
  prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
  completion_tokens_details: { reasoning_tokens: 0, audio_tokens: 0 },
};

function event(delta: object | undefined, more: object = {}): string {
  const choices =
    delta === undefined ? [] : [{ index: 0, delta, logprobs: null, finish_reason: null, ...more }];
  const chunk = {
    id: ID,
    object: 'chat.completion.chunk',
    created: CREATED,
    model: 'bench',
    service_tier: 'default',
    system_fingerprint: `${STAMP_BEGINS}${'0'.repeat(STAMP_DIGITS)}`,
    choices,
    usage: delta === undefined ? USAGE : null,
  };
  return `data: ${JSON.stringify(chunk)}\n\n`;
}

/**
 * In front of the digits that a slow reply carries: how long the upstream really took, in µs. What is measured
 * beyond that is not the timer's doing.
 */
export const STAMP_BEGINS = 'fp_';
export const STAMP_DIGITS = 7;

const OPENING = event({ role: 'assistant', content: '', refusal: null });
const CONTENT = Array.from({ length: 50 }, (_, i) => event({ content: WORDS[i % WORDS.length] }));
const ENDING = event({}, { finish_reason: 'stop' }) + event(undefined) + 'data: [DONE]\n\n';
const ENDING_EVENTS = 3;

/** How a stream without end begins, and the nth of its events. */
export const PACED_OPENING = Buffer.from(OPENING);
export const PACED_EVENTS: readonly Buffer[] = CONTENT.map((text) => Buffer.from(text));

/** Finish reason, usage and terminator. */
export const PACED_ENDING = { bytes: Buffer.from(ENDING), events: ENDING_EVENTS } as const;

/** A stream of so many events, the terminator counted, cut into what is written at a time. */
function stream(events: number, eventsPerWrite: number): readonly Buffer[] {
  const texts = [OPENING];
  while (texts.length < events - ENDING_EVENTS) texts.push(CONTENT[texts.length % CONTENT.length] ?? '');
  texts.push(ENDING);
  const writes: Buffer[] = [];
  for (let i = 0; i < texts.length; i += eventsPerWrite) {
    writes.push(Buffer.from(texts.slice(i, i + eventsPerWrite).join('')));
  }
  return writes;
}

/** As a vendor's front end passes on a reply that is there already: some 8 kB at a time. */
export const STREAM_200 = { writes: stream(200, EVENTS_PER_WRITE), events: 200 } as const;
export const STREAM_20 = { writes: stream(20, 20), events: 20 } as const;

export const JSON_REPLY = Buffer.from(
  JSON.stringify({
    id: ID,
    object: 'chat.completion',
    created: CREATED,
    model: 'bench',
    choices: [
      {
        index: 0,
        message: {
          role: 'assistant',
          content: 'The water rises slowly behind the weir, and then it falls over it.',
          refusal: null,
          annotations: [],
        },
        logprobs: null,
        finish_reason: 'stop',
      },
    ],
    usage: USAGE,
    service_tier: 'default',
    system_fingerprint: `${STAMP_BEGINS}${'0'.repeat(STAMP_DIGITS)}`,
  }),
);

/** A copy that says how long the upstream took. */
export function stamped(reply: Buffer, tookMs: number): Buffer {
  const copy = Buffer.from(reply);
  const at = copy.indexOf(STAMP_BEGINS) + STAMP_BEGINS.length;
  copy.write(String(Math.round(tookMs * 1000)).padStart(STAMP_DIGITS, '0'), at, 'latin1');
  return copy;
}

/** What `stamped` wrote, in ms; undefined when these bytes don't carry it. */
export function readStamp(bytes: Buffer): number | undefined {
  const at = bytes.indexOf(STAMP_BEGINS);
  if (at === -1) return undefined;
  const digits = bytes.toString('latin1', at + STAMP_BEGINS.length, at + STAMP_BEGINS.length + STAMP_DIGITS);
  return /^\d+$/.test(digits) && digits.length === STAMP_DIGITS ? Number(digits) / 1000 : undefined;
}
