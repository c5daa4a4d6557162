import type { ReasoningPart } from '../call.ts';
import { collectReply } from '../collect-reply.ts';
import type { ReplyEvent } from '../reply-event.ts';
import { signatureOf, type ReasoningPiece } from './reasoning-details.ts';

/** Reasoning under way. It is signed when it ends, as its signature may come with any of its pieces, or with none. */
interface OpenReasoning {
  readonly key: string;
  /** Of its text; undefined before there is any. */
  summary: boolean | undefined;
  id: string | undefined;
  place: string | undefined;
  opaque: string;
  encrypted: boolean;
}

/** Puts the pieces of one choice's reasoning together to parts. */
export class ReasoningReader {
  readonly #choice: number;
  #open: OpenReasoning | undefined;
  #parts = 0;

  constructor(choice: number) {
    this.#choice = choice;
  }

  add(piece: ReasoningPiece): ReplyEvent[] {
    const { text, id, place, opaque } = piece;
    const saysNothing = text === '' && opaque === undefined;
    if (saysNothing && this.#open?.key !== piece.key) return [];
    const events = this.#continues(piece) ? [] : this.close();
    this.#open ??= {
      key: piece.key,
      summary: undefined,
      id: undefined,
      place,
      opaque: '',
      encrypted: piece.encrypted,
    };
    const open = this.#open;
    if (text !== '') {
      open.summary = piece.summary;
      const summary = piece.summary && { summary: true };
      events.push({ kind: 'reasoning', choice: this.#choice, text, part: this.#parts, ...summary });
    }
    open.place = place ?? open.place;
    open.id = id ?? open.id;
    open.encrypted ||= piece.encrypted;
    open.opaque ||= opaque ?? '';
    return events;
  }

  /** Another kind of part begins, or nothing more comes. */
  close(): ReplyEvent[] {
    const open = this.#open;
    if (!open) return [];
    this.#open = undefined;
    this.#parts++;
    const signature = signatureOf(open.place, open.opaque);
    if (!signature) return [];
    const id = open.id !== undefined && { id: open.id };
    const encrypted = open.encrypted && { encrypted: true };
    return [{ kind: 'reasoning_signature', choice: this.#choice, signature, ...id, ...encrypted }];
  }

  /** Summary and signature of one part come as two details of one index; those without follow one another. */
  #continues(piece: ReasoningPiece): boolean {
    const open = this.#open;
    if (open?.key !== piece.key) return false;
    if (open.opaque !== '' && (piece.opaque !== undefined || piece.isUnplaced)) return false;
    return piece.text === '' || open.summary === undefined || open.summary === piece.summary;
  }
}

/** The parts that a whole message's reasoning is. */
export function reasoningParts(pieces: readonly ReasoningPiece[]): ReasoningPart[] {
  const reader = new ReasoningReader(0);
  const events = pieces.flatMap((piece) => reader.add(piece));
  events.push(...reader.close(), { kind: 'finish', choice: 0, finish: { reason: 'stop' } });
  const parts = collectReply(events).choices[0]?.parts ?? [];
  return parts.filter((part) => part.kind === 'reasoning');
}
