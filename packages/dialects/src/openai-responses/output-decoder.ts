import { asArray, asObject, asString, type JsonObject } from '../json.ts';
import { PARAGRAPH } from '../paragraphs.ts';
import type { ReplyEvent } from '../reply-event.ts';
import type { ReplyKinds } from './finish.ts';
import {
  argumentsOf,
  imageParts,
  itemType,
  readCallItem,
  readCitation,
  readLogprobs,
  readReasoningItem,
  unknownContent,
} from './read-item.ts';
import { signatureOf, signedCallId, signingOf } from './signature.ts';

type SlotKind = 'text' | 'refusal' | 'summary' | 'content' | 'arguments';

const ITEM_TYPES: Readonly<Record<SlotKind, string>> = {
  text: 'message',
  refusal: 'message',
  summary: 'reasoning',
  content: 'reasoning',
  arguments: 'function_call',
};

/** What does not come between two texts. */
const AMID_TEXT: ReadonlySet<ReplyEvent['kind']> = new Set(['text', 'citation', 'logprobs']);

/** A piece of text that grows: how much of it has been said. */
interface Slot {
  /** Of the canonical part. */
  readonly item: Item;
  readonly part: number;
  /** Of another message than the text right before it. */
  readonly apart: boolean;
  characters: number;
  tokens: number;
  citations: number;
}

interface Item {
  readonly id: string | undefined;
  type: string;
  /** By the kind of text and its index in the item. */
  readonly slots: Map<string, Slot>;
  call: number | undefined;
  summaryPart: number | undefined;
  contentPart: number | undefined;
  closed: boolean;
}

/**
 * Follows the items of the output, and says each piece of them once: of a text that comes again, whole, what is longer
 * than what came before.
 */
export class OutputDecoder {
  readonly #emit: (event: ReplyEvent) => void;
  /** By their place in the output. */
  readonly #items = new Map<number, Item>();
  readonly #callSignatures = new Map<string, string>();
  #freePlace = 0;
  /** Of which a piece was said last. */
  #spoken: Slot | undefined;
  /** The message that spoke last; undefined where something else came since. */
  #speaker: Item | undefined;
  #parts = 0;
  #calls = 0;
  #refuses = false;

  constructor(emit: (event: ReplyEvent) => void) {
    this.#emit = (event) => {
      if (!AMID_TEXT.has(event.kind)) this.#speaker = undefined;
      emit(event);
    };
  }

  get kinds(): ReplyKinds {
    return { calls: this.#calls > 0, refuses: this.#refuses };
  }

  /** So many characters more came of the text that a piece was said of last. */
  skip(characters: number): void {
    if (this.#spoken) this.#spoken.characters += characters;
  }

  openItem(event: JsonObject): void {
    const given = asObject(event['item']) ?? {};
    this.#beginItem(this.#itemAt(event, given), given, indexOf(event, 'output_index'));
  }

  closeItem(event: JsonObject): void {
    const given = asObject(event['item']) ?? {};
    this.#readItem(this.#itemAt(event, given), given, indexOf(event, 'output_index'));
  }

  /** A part comes again, whole. */
  readPart(event: JsonObject): void {
    const part = asObject(event['part']) ?? {};
    const item = this.#itemAt(event);
    if (event['summary_index'] !== undefined) {
      this.#reason(item, 'summary', indexOf(event, 'summary_index'), wholeText(part));
    } else {
      this.#readContent(item, part, indexOf(event, 'content_index'));
    }
  }

  readText(event: JsonObject): void {
    const slot = this.#slot(this.#itemAt(event), 'text', indexOf(event, 'content_index'));
    this.#say(slot, pieceOf(event, 'text'));
    this.#rate(slot, event, typeof event['delta'] === 'string');
  }

  readRefusal(event: JsonObject): void {
    const slot = this.#slot(this.#itemAt(event), 'refusal', indexOf(event, 'content_index'));
    this.#refuse(slot, pieceOf(event, 'refusal'));
  }

  readReasoning(event: JsonObject): void {
    const summary = event['summary_index'] !== undefined;
    const index = indexOf(event, summary ? 'summary_index' : 'content_index');
    this.#reason(this.#itemAt(event), summary ? 'summary' : 'content', index, pieceOf(event, 'text'));
  }

  readArguments(event: JsonObject): void {
    const item = this.#itemAt(event);
    // A call that was not announced is, with its name, in the event that ends it, or in the item.
    if (item.call !== undefined || asString(event['name'])) {
      this.#callPiece(item, event, indexOf(event, 'output_index'), pieceOf(event, 'arguments'));
    }
  }

  readAnnotation(event: JsonObject): void {
    const slot = this.#slot(this.#itemAt(event), 'text', indexOf(event, 'content_index'));
    if (indexOf(event, 'annotation_index') >= slot.citations) this.#cite(slot, event['annotation']);
  }

  /**
   * The whole output, at the end. Its items are known by their id, as their places may be others than those that the
   * stream said; where a vendor makes up new ids each time, by their order.
   */
  readOutput(output: readonly unknown[]): void {
    const seen = [...this.#items.entries()].sort(([one], [other]) => one - other).map(([, item]) => item);
    const byId = new Map(seen.map((item) => [item.id, item]));
    for (const [position, value] of output.entries()) {
      const given = asObject(value) ?? {};
      const id = asString(given['id']);
      const inOrder = seen[position];
      const known =
        (id === undefined ? undefined : byId.get(id)) ??
        (inOrder?.type === itemType(given) ? inOrder : undefined);
      this.#readItem(known ?? this.#newItem(this.#freePlace, given), given, position);
    }
  }

  #itemAt(event: JsonObject, given: JsonObject = {}): Item {
    const place = indexOf(event, 'output_index');
    return this.#items.get(place) ?? this.#newItem(place, given, asString(event['item_id']));
  }

  #newItem(place: number, given: JsonObject, id = asString(given['id'])): Item {
    const item: Item = {
      id,
      type: itemType(given),
      slots: new Map(),
      call: undefined,
      summaryPart: undefined,
      contentPart: undefined,
      closed: false,
    };
    this.#items.set(place, item);
    this.#freePlace = Math.max(this.#freePlace, place + 1);
    return item;
  }

  /** @throws {DialectError} for an item that can't be translated, before anything of it comes. */
  #beginItem(item: Item, given: JsonObject, position: number): void {
    const type = itemType(given);
    item.type = type;
    if (type === 'function_call') this.#beginCall(item, given, position);
    else if (type !== 'message' && type !== 'reasoning' && type !== 'image_generation_call') {
      throw unknownContent(given['type']);
    }
  }

  /** An item comes again, whole. */
  #readItem(item: Item, given: JsonObject, position: number): void {
    if (item.closed) return;
    item.closed = true;
    this.#beginItem(item, given, position);
    switch (item.type) {
      case 'message':
        for (const [index, value] of asArray(given['content']).entries()) {
          this.#readContent(item, asObject(value) ?? {}, index);
        }
        break;
      case 'reasoning':
        this.#readReasoningItem(item, given);
        break;
      case 'function_call':
        this.#callPiece(item, given, position, { whole: argumentsOf(given) });
        break;
      default:
        for (const part of imageParts(given)) {
          if (part.kind === 'produced_image') this.#emit({ ...part, choice: 0 });
        }
    }
  }

  #readContent(item: Item, part: JsonObject, index: number): void {
    const { type } = part;
    if (type === 'reasoning_text') {
      this.#reason(item, 'content', index, wholeText(part));
      return;
    }
    if (type === 'refusal') {
      this.#refuse(this.#slot(item, 'refusal', index), { whole: asString(part['refusal']) ?? '' });
      return;
    }
    if (type !== 'output_text') throw unknownContent(type);
    const slot = this.#slot(item, 'text', index);
    this.#say(slot, wholeText(part));
    this.#rate(slot, part, false);
    for (const annotation of asArray(part['annotations']).slice(slot.citations)) this.#cite(slot, annotation);
  }

  #readReasoningItem(item: Item, given: JsonObject): void {
    const reasoning = readReasoningItem(given);
    const { id, summaries, contents, encryptedContent } = reasoning;
    const callId = signedCallId(id);
    if (callId !== undefined && encryptedContent) {
      this.#callSignatures.set(callId, encryptedContent);
      return;
    }
    for (const [index, whole] of summaries.entries()) this.#reason(item, 'summary', index, { whole });
    for (const [index, whole] of contents.entries()) this.#reason(item, 'content', index, { whole });
    const signing = signingOf(reasoning);
    if (!signing) return;
    // A place for text that was left empty has not been heard of.
    const spoken = item.summaryPart !== undefined || item.contentPart !== undefined;
    const hasPlaceForText = summaries.length > 0 || contents.length > 0;
    if (hasPlaceForText && !spoken) this.#openEmptyReasoning(summaries.length > 0);
    this.#emit({ kind: 'reasoning_signature', choice: 0, ...signing });
  }

  #openEmptyReasoning(summary: boolean): void {
    const part = this.#parts++;
    this.#emit({ kind: 'reasoning', choice: 0, text: '', part, ...(summary && { summary }) });
  }

  #beginCall(item: Item, given: JsonObject, position: number): void {
    if (item.call !== undefined) return;
    const { id, name } = readCallItem(given, position);
    const signature = this.#callSignatures.get(id);
    item.call = this.#calls++;
    this.#emit({
      kind: 'tool_call',
      choice: 0,
      call: item.call,
      id,
      name,
      ...(signature !== undefined && { signature: signatureOf(signature) }),
    });
  }

  #callPiece(item: Item, given: JsonObject, position: number, piece: Piece): void {
    this.#beginCall(item, given, position);
    const text = this.#fresh(this.#slot(item, 'arguments', 0), piece);
    if (text !== '' && item.call !== undefined) {
      this.#emit({ kind: 'tool_arguments', choice: 0, call: item.call, text });
    }
  }

  /** All pieces of a summary are one part, of several paragraphs; all pieces of the reasoning itself are another. */
  #reason(item: Item, kind: 'summary' | 'content', index: number, piece: Piece): void {
    const slot = this.#slot(item, kind, index);
    const first = slot.characters === 0;
    const text = this.#fresh(slot, piece);
    if (text === '') return;
    const field = kind === 'summary' ? 'summaryPart' : 'contentPart';
    const follows = first && item[field] !== undefined;
    const part = (item[field] ??= slot.part);
    this.#emit({
      kind: 'reasoning',
      choice: 0,
      text: follows ? PARAGRAPH + text : text,
      part,
      ...(kind === 'summary' && { summary: true }),
    });
  }

  #say(slot: Slot, piece: Piece): void {
    const text = this.#fresh(slot, piece);
    if (text === '') return;
    this.#speaker = slot.item;
    this.#emit({ kind: 'text', choice: 0, text, part: slot.part, ...(slot.apart && { apart: true }) });
  }

  #refuse(slot: Slot, piece: Piece): void {
    const text = this.#fresh(slot, piece);
    if (text === '') return;
    this.#refuses = true;
    this.#emit({ kind: 'refusal', choice: 0, text });
  }

  #cite(slot: Slot, annotation: unknown): void {
    slot.citations++;
    this.#emit({ kind: 'citation', choice: 0, citation: readCitation(annotation) });
  }

  /** A delta has the probabilities of its own tokens; what comes whole has those of all. */
  #rate(slot: Slot, given: JsonObject, delta: boolean): void {
    const all = readLogprobs(given['logprobs']);
    const tokens = delta ? all : all.slice(slot.tokens);
    if (tokens.length === 0) return;
    slot.tokens += tokens.length;
    this.#emit({ kind: 'logprobs', choice: 0, tokens });
  }

  #fresh(slot: Slot, { delta, whole }: Piece): string {
    const text = delta ?? whole?.slice(slot.characters) ?? '';
    slot.characters += text.length;
    this.#spoken = slot;
    return text;
  }

  #slot(item: Item, kind: SlotKind, index: number): Slot {
    // An item that was not announced is of the kind that such a piece belongs to.
    if (item.type === '') item.type = ITEM_TYPES[kind];
    const key = `${kind} ${index}`;
    let slot = item.slots.get(key);
    if (!slot) {
      const apart = kind === 'text' && this.#speaker !== undefined && this.#speaker !== item;
      slot = { item, part: this.#parts++, apart, characters: 0, tokens: 0, citations: 0 };
      item.slots.set(key, slot);
    }
    return slot;
  }
}

/** A piece of a text, or the whole of it. */
interface Piece {
  readonly delta?: string;
  readonly whole?: string;
}

function pieceOf(event: JsonObject, whole: string): Piece {
  const delta = asString(event['delta']);
  return delta === undefined ? { whole: asString(event[whole]) ?? '' } : { delta };
}

function wholeText(part: JsonObject): Piece {
  return { whole: asString(part['text']) ?? '' };
}

function indexOf(event: JsonObject, field: string): number {
  const index = event[field];
  return typeof index === 'number' && Number.isInteger(index) && index >= 0 ? index : 0;
}
