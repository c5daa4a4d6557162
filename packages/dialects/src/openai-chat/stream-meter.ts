import { mergeUsage, type Usage } from '../usage.ts';
import { readVendorError, type VendorError } from './errors.ts';
import { readReply } from './reply.ts';

/** The data of the event that ends a stream. */
export const TERMINATOR = '[DONE]';

/** Raw events are kept unread up to this many characters, then boiled down to their text. */
const UNREAD_CHARACTERS_MAX = 64 * 1024;

/** As much of a chunk's beginning as chunks of one stream have in common: `{"id":"chatcmpl-` and the like. */
const OPENING_CHARACTERS = 12;

/**
 * What kind of event it was: `content` to pass on, `usage` the chunk that carries only the usage, `terminator`,
 * `error` of the vendor, or `garbage`, which is no chunk at all.
 */
export type StreamEvent =
  | { readonly kind: 'content' | 'usage' | 'terminator' | 'garbage' }
  | { readonly kind: 'error'; readonly error: VendorError };

/** Reads along with a stream of chat completion chunks. */
export interface StreamMeter {
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
 * Most chunks carry a few characters of text, and their JSON is not parsed: when the vendor reports its usage, nobody
 * needs it. Parsed at once are the chunks that say something about the stream (usage, an error, the finish reason) and
 * those that do not begin like the chunk before; the others wait, within bounds, for somebody to ask for the text.
 */
export function streamMeter(): StreamMeter {
  let usage: Usage | undefined;
  let finishReason: string | undefined;
  let opening: string | undefined;
  let text = '';
  let unread: string[] = [];
  let unreadCharacters = 0;

  const readUnread = (): void => {
    for (const data of unread) text += readReply(parseJson(data))?.text ?? '';
    unread = [];
    unreadCharacters = 0;
  };

  const readNow = (data: string): StreamEvent => {
    const json = parseJson(data);
    const reading = readReply(json);
    const error = readVendorError(json);
    if (error !== undefined) return { kind: 'error', error };
    if (reading === undefined) return GARBAGE;
    readUnread();
    text += reading.text;
    usage = mergeUsage(usage, reading.usage);
    finishReason = reading.finishReason ?? finishReason;
    opening = data.slice(0, OPENING_CHARACTERS);
    return reading.onlyUsage ? USAGE : CONTENT;
  };

  return {
    read(data) {
      if (data.trim() === TERMINATOR) return END;
      if (data.trim() === '') return CONTENT;
      if (opening === undefined || !data.startsWith(opening) || !data.endsWith('}') || saysSomething(data)) {
        return readNow(data);
      }
      unread.push(data);
      unreadCharacters += data.length;
      if (unreadCharacters > UNREAD_CHARACTERS_MAX) readUnread();
      return CONTENT;
    },
    get usage() {
      return usage;
    },
    get finishReason() {
      return finishReason;
    },
    text() {
      readUnread();
      return text;
    },
  };
}

/** Quotes inside a JSON string are escaped, so none of these can be met in the text of a reply. */
function saysSomething(data: string): boolean {
  return (
    (data.includes('"usage"') && !data.includes('"usage":null')) ||
    data.includes('"error"') ||
    (data.includes('"finish_reason"') && !data.includes('"finish_reason":null'))
  );
}

function parseJson(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch {
    return undefined;
  }
}
