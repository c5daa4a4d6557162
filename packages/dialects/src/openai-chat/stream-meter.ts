import { sseReader, type SseSieve } from '../sse.ts';
import { mergeUsage, type Usage } from '../usage.ts';
import { readVendorError, type VendorError } from './errors.ts';
import { readReply } from './reply.ts';

/** The data of the event that ends a stream. */
export const TERMINATOR = '[DONE]';

/** Events are kept unread up to this many bytes, then boiled down to their text. */
const UNREAD_BYTES_MAX = 64 * 1024;

/** As much of an event's beginning as those of one stream have in common: `data: {"id":"chatcmpl-` and the like. */
const OPENING_BYTES = 18;

/**
 * What kind of event it was: `content` to pass on, `usage` the chunk that carries only the usage, `terminator`,
 * `error` of the vendor, or `garbage`, which is no chunk at all.
 */
export type StreamEvent =
  | { readonly kind: 'content' | 'usage' | 'terminator' | 'garbage' }
  | { readonly kind: 'error'; readonly error: VendorError };

/** Reads along with a stream of chat completion chunks. */
export interface StreamMeter {
  /** Keeps events from being read that only carry a piece of the text. */
  readonly sieve: SseSieve;
  /** An event that did not pass the sieve. */
  read(data: string): StreamEvent;
  readonly usage: Usage | undefined;
  readonly finishReason: string | undefined;
  /** Everything produced so far. Reads what had been left unread. */
  text(): string;
}

const CONTENT: StreamEvent = { kind: 'content' };
const USAGE: StreamEvent = { kind: 'usage' };
const GARBAGE: StreamEvent = { kind: 'garbage' };
const END: StreamEvent = { kind: 'terminator' };

/**
 * What an event says that has to be read at once, as it stands in its bytes. Quotes inside a JSON string are escaped,
 * so none of these can be met in the text of a reply, but for the terminator, which does no harm there. Vendors write
 * their JSON with a space after the colon, or with none.
 */
const SAYINGS = {
  dense: ['"usage":{', '"error":', '"finish_reason":"', TERMINATOR].map((text) => Buffer.from(text)),
  spaced: ['"usage": {', '"error":', '"finish_reason": "', TERMINATOR].map((text) => Buffer.from(text)),
};

/**
 * Most chunks carry a few characters of text, and their JSON is not parsed: when the vendor reports its usage, nobody
 * needs it. Parsed at once are the chunks that say something about the stream (usage, an error, the finish reason) and
 * those that do not begin like the one parsed last; the others wait, within bounds, for somebody to ask for the text.
 */
export function streamMeter(): StreamMeter {
  let usage: Usage | undefined;
  let finishReason: string | undefined;
  const produced = producedText();
  const sieve = chunkSieve((bytes) => produced.addUnread(bytes));

  return {
    sieve,
    read(data) {
      if (data.trim() === TERMINATOR) return END;
      if (data.trim() === '') return CONTENT;
      const json = parseJson(data);
      const error = readVendorError(json);
      if (error !== undefined) return { kind: 'error', error };
      const reading = readReply(json);
      if (reading === undefined) return GARBAGE;
      sieve.flush();
      produced.addText(reading.text);
      usage = mergeUsage(usage, reading.usage);
      finishReason = reading.finishReason ?? finishReason;
      sieve.learn(data);
      return reading.onlyUsage ? USAGE : CONTENT;
    },
    get usage() {
      return usage;
    },
    get finishReason() {
      return finishReason;
    },
    text() {
      sieve.flush();
      return produced.text();
    },
  };
}

/** The text so far, as pieces that have been read and as events that have not. */
function producedText() {
  let text = '';
  let pieces: (string | Unread)[] = [];
  let unreadBytes = 0;

  const boilDown = (): void => {
    for (const piece of pieces) text += typeof piece === 'string' ? piece : textOf(piece);
    pieces = [];
    unreadBytes = 0;
  };

  return {
    addText(piece: string): void {
      if (pieces.length === 0) text += piece;
      else pieces.push(piece);
    },
    addUnread(bytes: Buffer): void {
      pieces.push({ events: bytes.length < SMALL_BYTES ? bytes.toString('latin1') : bytes });
      unreadBytes += bytes.length;
      if (unreadBytes > UNREAD_BYTES_MAX) boilDown();
    },
    text(): string {
      boilDown();
      return text;
    },
  };
}

/** Bytes of whole events; as Latin-1 where they are few, which takes a third of the memory of a small buffer. */
interface Unread {
  readonly events: string | Buffer;
}

const SMALL_BYTES = 4096;

function textOf({ events }: Unread): string {
  const bytes = typeof events === 'string' ? Buffer.from(events, 'latin1') : events;
  return sseReader()
    .push(bytes)
    .events.map(({ data }) => readReply(parseJson(data))?.text ?? '')
    .join('');
}

interface ChunkSieve extends SseSieve {
  /** What the chunks of this stream look like. */
  learn(data: string): void;
  /** Hands out what has passed since it was asked last. */
  flush(): void;
}

/** `onPassed` gets the bytes of events that passed, one after the other. */
function chunkSieve(onPassed: (bytes: Buffer) => void): ChunkSieve {
  let sayings: readonly Buffer[] = [];
  let opening: Buffer = NOTHING;
  let batch: Buffer = NOTHING;
  /** Where something is said in the batch, descending; the last of them is the next to come. */
  let saidAt: number[] = [];
  let passedFrom = 0;
  let passedTo = 0;

  const flush = (): void => {
    if (passedTo > passedFrom) onPassed(batch.subarray(passedFrom, passedTo));
    passedFrom = passedTo;
  };

  const opens = (start: number): boolean => {
    for (let i = 0; i < opening.length; i++) if (batch[start + i] !== opening[i]) return false;
    return true;
  };

  return {
    flush,
    learn(data) {
      opening = Buffer.from(`data: ${data.slice(0, OPENING_BYTES)}`).subarray(0, OPENING_BYTES);
      if (data.includes('"choices":[')) sayings = SAYINGS.dense;
      else if (data.includes('"choices": [')) sayings = SAYINGS.spaced;
      else opening = NOTHING;
    },
    begin(bytes) {
      flush();
      passedFrom = passedTo = 0;
      batch = bytes;
      saidAt = [];
      if (opening.length === 0) return;
      for (const saying of sayings) {
        for (let at = bytes.indexOf(saying); at >= 0; at = bytes.indexOf(saying, at + 1)) saidAt.push(at);
      }
      if (saidAt.length > 1) saidAt.sort((a, b) => b - a);
    },
    passes(start, end) {
      while (saidAt.length > 0 && (saidAt.at(-1) ?? 0) < start) saidAt.pop();
      const saysSomething = (saidAt.at(-1) ?? Infinity) < end;
      if (saysSomething || opening.length === 0 || !opens(start) || batch[end - 3] !== CLOSING_BRACE) {
        return false;
      }
      if (passedTo !== start) {
        flush();
        passedFrom = start;
      }
      passedTo = end;
      return true;
    },
  };
}

const NOTHING = Buffer.alloc(0);
const CLOSING_BRACE = 0x7d;

function parseJson(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch {
    return undefined;
  }
}
