import type { ReasoningPart, Signature } from '../call.ts';
import type { DialectName } from '../dialect-name.ts';
import { asArray, asObject, asString, type JsonObject } from '../json.ts';
import { withPrefix, withoutPrefix } from '../signature-prefix.ts';

/*
 * Vendors of this dialect put reasoning in one of four places: `reasoning_content` (DeepSeek, and who follows it),
 * `reasoning` (Groq, vLLM), `thinking` parts of the content (Mistral), or `reasoning_details` (OpenRouter), which alone
 * carry signatures. Those who want to see it again, as DeepSeek and Moonshot do after a tool call, want it where they
 * put it, and OpenRouter with the `format` that it gave. So every piece of reasoning that such a vendor sends is given a
 * signature of this dialect, `<place>:<opaque>`: the place is the field, or the format of the details; the opaque part
 * is empty where the vendor has no signature. It goes through a client of any dialect, and says what to write when it
 * comes back.
 */

/** A detail without a format, as OpenRouter names it. */
const UNKNOWN_FORMAT = 'unknown';

const PLACE = /^[\w.-]{1,64}$/;

/** How OpenRouter names what a dialect's signatures look like. */
const FORMATS: Readonly<Record<DialectName, string>> = {
  'openai-chat': UNKNOWN_FORMAT,
  'openai-responses': 'openai-responses-v1',
  'anthropic-messages': 'anthropic-claude-v1',
  'google-gemini': 'google-gemini-v1',
};

/** Reasoning as it came: a whole part, or a bit of one. */
export interface ReasoningPiece {
  /** The same for the bits of one part. */
  readonly key: string;
  /** Nothing tells the bits of one part from the next part. */
  readonly isUnplaced: boolean;
  readonly text: string;
  readonly summary: boolean;
  readonly id: string | undefined;
  /** Where the vendor put it; undefined where nothing says. */
  readonly place: string | undefined;
  /** The vendor's signature, if it came with this bit. */
  readonly opaque: string | undefined;
  /** `opaque` is the reasoning itself. */
  readonly encrypted: boolean;
}

/** What reading finds that it can't carry, by the name of the field or the type. */
type OnUnknown = (what: string) => Error;

/**
 * The reasoning of a message, or of a delta.
 * @see https://openrouter.ai/docs/use-cases/reasoning-tokens#preserving-reasoning-blocks
 * @see https://api-docs.deepseek.com/guides/thinking_mode
 */
export function readReasoning(speech: JsonObject, onUnknown: OnUnknown): ReasoningPiece[] {
  const details = asArray(speech['reasoning_details']).map((detail) => readDetail(detail, onUnknown));
  if (details.some(({ text }) => text !== '')) return details;
  // Most vendors have one of the fields; those that have more say the same in each.
  for (const place of ['reasoning_content', 'reasoning']) {
    const text = asString(speech[place]);
    if (text) return [plainPiece(place, text), ...details];
  }
  return details;
}

function plainPiece(place: string, text: string): ReasoningPiece {
  return {
    key: place,
    isUnplaced: true,
    text,
    summary: false,
    id: undefined,
    place,
    opaque: undefined,
    encrypted: false,
  };
}

function readDetail(value: unknown, onUnknown: OnUnknown): ReasoningPiece {
  const detail = asObject(value) ?? {};
  const { type } = detail;
  const summary = type === 'reasoning.summary';
  const encrypted = type === 'reasoning.encrypted';
  if (!summary && !encrypted && type !== 'reasoning.text') throw onUnknown('reasoning_details');
  const text = asString(summary ? detail['summary'] : detail['text']) ?? '';
  const opaque = asString(encrypted ? detail['data'] : detail['signature']) || undefined;
  const format = asString(detail['format']);
  const place = format !== undefined && PLACE.test(format) ? format : undefined;
  const { index } = detail;
  return {
    key: `details ${typeof index === 'number' ? index : ''}`,
    isUnplaced: typeof index !== 'number',
    text: encrypted ? '' : text,
    summary,
    id: asString(detail['id']) || undefined,
    place: place ?? (opaque === undefined ? undefined : UNKNOWN_FORMAT),
    opaque,
    encrypted,
  };
}

/** A part of the content of Mistral's models: `{"type": "thinking", "thinking": [{"type": "text", "text": "…"}]}`. */
export function readThinking(part: JsonObject, onUnknown: OnUnknown): ReasoningPiece {
  const { thinking } = part;
  const texts =
    typeof thinking === 'string' ? [thinking] : asArray(thinking).map((item) => textOf(item, onUnknown));
  const opaque = asString(part['signature']) || undefined;
  return { ...plainPiece('thinking', texts.join('')), opaque };
}

function textOf(item: unknown, onUnknown: OnUnknown): string {
  if (typeof item === 'string') return item;
  const text = asString(asObject(item)?.['text']);
  // References to what it read stand among the texts, and are no content of their own.
  const { type } = asObject(item) ?? {};
  if (text === undefined && type !== 'reference' && type !== 'tool_reference') throw onUnknown('thinking');
  return text ?? '';
}

/** @param opaque empty where the vendor has no signature. */
export function signatureOf(place: string | undefined, opaque: string): Signature | undefined {
  const read = withoutPrefix(opaque, 'openai-chat');
  if (read.dialect !== 'openai-chat') return read;
  if (place === undefined) return undefined;
  return { dialect: 'openai-chat', value: `${place}:${opaque}` };
}

/** What a signature of this dialect says: the vendor's place, and the vendor's own signature if it has one. */
export function placeOf({ value }: Signature): {
  readonly place: string;
  readonly opaque: string | undefined;
} {
  const colon = value.indexOf(':');
  const place = value.slice(0, Math.max(colon, 0));
  // One that this code did not write is taken for the vendor's.
  if (!PLACE.test(place)) return { place: UNKNOWN_FORMAT, opaque: value || undefined };
  return { place, opaque: value.slice(colon + 1) || undefined };
}

/** @param index of the part among the message's reasoning. */
export function renderDetails(part: Omit<ReasoningPart, 'kind'>, index: number): JsonObject[] {
  const { text, summary, id, signature, encrypted } = part;
  const written = signature && sealOf(signature);
  const about = { ...(id !== undefined && { id }), ...(written && { format: written.format }), index };
  const seal = written?.opaque;
  const details: JsonObject[] = [];
  const sealed = encrypted ? undefined : seal;
  if (summary && sealed === undefined) {
    if (text !== '' || !encrypted) details.push({ type: 'reasoning.summary', summary: text, ...about });
  } else if (text !== '' || !encrypted) {
    details.push({
      type: 'reasoning.text',
      text,
      ...(sealed !== undefined && { signature: sealed }),
      ...about,
    });
  }
  if (encrypted && seal !== undefined) details.push({ type: 'reasoning.encrypted', data: seal, ...about });
  return details;
}

function sealOf(signature: Signature): { readonly format: string; readonly opaque: string | undefined } {
  if (signature.dialect !== 'openai-chat') {
    return { format: FORMATS[signature.dialect], opaque: withPrefix(signature, 'openai-chat') };
  }
  const { place, opaque } = placeOf(signature);
  return { format: place, opaque };
}
