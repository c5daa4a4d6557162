import { DialectError } from '../dialect-error.ts';
import type { Citation, RefusalPart, TextPart } from '../call.ts';
import { given } from '../given.ts';
import { asArray, asObject, asString, type JsonObject } from '../json.ts';
import type { ReplyPart, TokenLogprob } from '../reply.ts';
import { argumentsText } from '../tool-arguments.ts';
import { reasoningParts, signatureOf, signedCallId, type ReasoningItem } from './signature.ts';

/** @throws {DialectError} for a kind of item or content that is no answer, reasoning or call of the client's tools. */
export function unknownContent(kind: unknown): DialectError {
  const word = asString(kind)?.slice(0, 60) ?? 'no type';
  return new DialectError(`The reply contains what can’t be translated: ${word}.`);
}

/** @returns an empty word for an item without a type. */
export function itemType(item: JsonObject): string {
  return asString(item['type']) ?? '';
}

/**
 * What an item of the output says. A reasoning item that only carries the signature of the call after it says nothing.
 * @throws {DialectError} when it can't be translated.
 */
function partsOfItem(item: JsonObject, position: number): ReplyPart[] {
  switch (itemType(item)) {
    case 'message':
      return asArray(item['content']).flatMap(contentParts);
    case 'reasoning':
      return signedCallId(asString(item['id'])) === undefined ? reasoningParts(readReasoningItem(item)) : [];
    case 'function_call': {
      const { id, name } = readCallItem(item, position);
      return [{ kind: 'tool_call', id, name, arguments: argumentsOf(item) || '{}' }];
    }
    case 'image_generation_call':
      return imageParts(item);
    default:
      throw unknownContent(item['type']);
  }
}

/** With the signatures of calls, which stand in items of their own. What one message says stands apart from another. */
export function partsOfOutput(output: readonly unknown[]): ReplyPart[] {
  const signatures = new Map<string, string>();
  const parts: ReplyPart[] = [];
  for (const [position, value] of output.entries()) {
    const item = asObject(value);
    if (!item) throw unknownContent(undefined);
    const callId = signedCallId(asString(item['id']));
    const encrypted = asString(item['encrypted_content']);
    if (callId !== undefined && encrypted !== undefined) signatures.set(callId, encrypted);
    const before = parts.at(-1)?.kind;
    for (const [index, part] of partsOfItem(item, position).entries()) {
      const signature = part.kind === 'tool_call' ? signatures.get(part.id) : undefined;
      const apart = part.kind === 'text' && index === 0 && before === 'text';
      parts.push({
        ...part,
        ...(signature !== undefined && { signature: signatureOf(signature) }),
        ...(apart && { apart }),
      });
    }
  }
  return parts;
}

/** None for an empty one. */
function contentParts(value: unknown): (TextPart | RefusalPart)[] {
  const part = asObject(value) ?? {};
  if (part['type'] === 'refusal') {
    const refusal = asString(part['refusal']);
    return refusal ? [{ kind: 'refusal', text: refusal }] : [];
  }
  if (part['type'] !== 'output_text') throw unknownContent(part['type']);
  const text = asString(part['text']) ?? '';
  const citations = asArray(part['annotations']).map(readCitation);
  if (text === '' && citations.length === 0) return [];
  return [{ kind: 'text', text, ...(citations.length > 0 && { citations }) }];
}

/** @throws {DialectError} for an annotation that refers to a file, which only the vendor has. */
export function readCitation(value: unknown): Citation {
  const annotation = asObject(value) ?? {};
  if (annotation['type'] !== 'url_citation') throw unknownContent(annotation['type']);
  const text = (field: string): string | undefined => asString(annotation[field]) || undefined;
  const index = (field: string): number | undefined => {
    const at = annotation[field];
    return typeof at === 'number' && Number.isInteger(at) && at >= 0 ? at : undefined;
  };
  return given({
    url: text('url'),
    title: text('title'),
    citedText: text('cited_text'),
    startIndex: index('start_index'),
    endIndex: index('end_index'),
  });
}

/** What a reasoning item says, in the texts of its two lists. */
export function readReasoningItem(item: JsonObject): ReasoningItem {
  const texts = (field: string): string[] =>
    asArray(item[field]).map((entry) => asString(asObject(entry)?.['text']) ?? '');
  return {
    id: asString(item['id']),
    summaries: texts('summary'),
    contents: texts('content'),
    encryptedContent: asString(item['encrypted_content']),
  };
}

interface CallItem {
  readonly id: string;
  readonly name: string;
}

/** @param position of the item, for an id where the vendor gives none. */
export function readCallItem(item: JsonObject, position: number): CallItem {
  const name = asString(item['name']);
  if (!name) throw new DialectError('The reply calls a tool without a name.');
  return { id: asString(item['call_id']) || asString(item['id']) || `call_${position}`, name };
}

/** The JSON text, which some vendors send as the object that it stands for. */
export function argumentsOf(item: JsonObject): string {
  const given = item['arguments'];
  if (typeof given === 'string') return given;
  const args = asObject(given);
  return args ? argumentsText(args) : '';
}

/** @see https://platform.openai.com/docs/guides/tools-image-generation */
export function imageParts(item: JsonObject): ReplyPart[] {
  const data = asString(item['result']);
  if (!data) return [];
  const format = asString(item['output_format']);
  return [{ kind: 'produced_image', mediaType: `image/${format ?? 'png'}`, data }];
}

/** @see https://platform.openai.com/docs/api-reference/responses/object#responses/object-output */
export function readLogprobs(value: unknown): TokenLogprob[] {
  return asArray(value).flatMap((entry) => {
    const read = readLogprob(entry);
    if (!read) return [];
    const alternatives = asArray(asObject(entry)?.['top_logprobs']).flatMap((one) => readLogprob(one) ?? []);
    return [{ ...read, alternatives }];
  });
}

function readLogprob(value: unknown): Omit<TokenLogprob, 'alternatives'> | undefined {
  const { token, logprob, bytes } = asObject(value) ?? {};
  if (typeof token !== 'string' || typeof logprob !== 'number') return undefined;
  const list = asArray(bytes).filter((byte) => typeof byte === 'number');
  return { token, logprob, ...(list.length > 0 && { bytes: list }) };
}

/** Of all texts of an item, one after the other. */
export function logprobsOfItem(item: JsonObject): TokenLogprob[] {
  return asArray(item['content']).flatMap((part) => readLogprobs(asObject(part)?.['logprobs']));
}
