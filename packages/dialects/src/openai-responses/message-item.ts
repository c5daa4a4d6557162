import type { Citation } from '../call.ts';
import type { JsonObject } from '../json.ts';
import type { TokenLogprob } from '../reply.ts';
import { itemEvents, type ItemStatus, type OutputItem, type Place } from './output-item.ts';
import { renderCitation } from './render-input.ts';

/** A message while it is written. */
export interface MessageItem extends OutputItem {
  /** Of the part with this number; another number begins another part. */
  text(piece: string, part: number | undefined): void;
  /** Whether the text with this number is under way. */
  has(part: number | undefined): boolean;
  cite(citation: Citation): void;
  /** @returns false when no text is under way that the probabilities could belong to. */
  rate(tokens: readonly TokenLogprob[]): boolean;
  refuse(piece: string): void;
}

interface OpenPart {
  readonly number: number | undefined;
  add(piece: string): void;
  close(): void;
  rendered(): JsonObject;
}

interface TextContent extends OpenPart {
  readonly kind: 'output_text';
  cite(citation: Citation): void;
  rate(tokens: readonly TokenLogprob[]): void;
}

interface RefusalContent extends OpenPart {
  readonly kind: 'refusal';
}

/** A message of the assistant's: its text and its refusals. */
export function messageItem(place: Place): MessageItem {
  const events = itemEvents(place);
  const content: OpenPart[] = [];
  let open: TextContent | RefusalContent | undefined;
  let status: ItemStatus = 'in_progress';

  const rendered = (): JsonObject => ({
    id: place.id,
    type: 'message',
    status,
    role: 'assistant',
    content: content.map((part) => part.rendered()),
  });
  const begin = <P extends TextContent | RefusalContent>(make: (place: PartPlace) => P): P => {
    open?.close();
    const part = make({ ...place, contentIndex: content.length });
    content.push(part);
    open = part;
    return part;
  };
  const textPart = (number: number | undefined): TextContent =>
    open?.kind === 'output_text' && open.number === number
      ? open
      : begin((partPlace) => textContent(partPlace, number));
  const anyTextPart = (): TextContent => (open?.kind === 'output_text' ? open : textPart(undefined));

  return {
    rendered,
    open: () => events.added(rendered()),
    text: (piece, number) => textPart(number).add(piece),
    has: (number) => open?.kind === 'output_text' && open.number === number,
    cite: (citation) => anyTextPart().cite(citation),
    rate(tokens) {
      if (open?.kind !== 'output_text') return false;
      open.rate(tokens);
      return true;
    },
    refuse: (piece) => (open?.kind === 'refusal' ? open : begin(refusalContent)).add(piece),
    close(closedAs) {
      open?.close();
      open = undefined;
      status = closedAs;
      events.done(rendered());
    },
  };
}

interface PartPlace extends Place {
  readonly contentIndex: number;
}

/** What every event of a part says, and the events that it begins and ends with. */
function partEvents({ id, outputIndex, contentIndex, emit }: PartPlace) {
  const about = { item_id: id, output_index: outputIndex, content_index: contentIndex };
  return {
    about,
    added: (part: JsonObject): void => emit('response.content_part.added', { ...about, part }),
    done: (part: JsonObject): void => emit('response.content_part.done', { ...about, part }),
  };
}

function textContent(place: PartPlace, number: number | undefined): TextContent {
  const { emit } = place;
  const { about, added, done } = partEvents(place);
  const aboutPiece = { ...about, logprobs: [] };
  let text = '';
  const annotations: JsonObject[] = [];
  const logprobs: JsonObject[] = [];
  const rendered = (): JsonObject => ({
    type: 'output_text',
    annotations: [...annotations],
    logprobs: [...logprobs],
    text,
  });
  added(rendered());
  return {
    kind: 'output_text',
    number,
    rendered,
    add(piece) {
      if (piece === '') return;
      text += piece;
      emit('response.output_text.delta', aboutPiece, piece);
    },
    cite(citation) {
      const annotation = renderCitation(citation, text);
      emit('response.output_text.annotation.added', {
        ...about,
        annotation_index: annotations.length,
        annotation,
      });
      annotations.push(annotation);
    },
    // They come after their text, which has gone out: an empty piece carries them.
    rate(tokens) {
      const fresh = tokens.map(renderLogprob);
      logprobs.push(...fresh);
      emit('response.output_text.delta', { ...about, delta: '', logprobs: fresh });
    },
    close() {
      emit('response.output_text.done', { ...about, text, logprobs: [...logprobs] });
      done(rendered());
    },
  };
}

function refusalContent(place: PartPlace): RefusalContent {
  const { emit } = place;
  const { about, added, done } = partEvents(place);
  let refusal = '';
  const rendered = (): JsonObject => ({ type: 'refusal', refusal });
  added(rendered());
  return {
    kind: 'refusal',
    number: undefined,
    rendered,
    add(piece) {
      if (piece === '') return;
      refusal += piece;
      emit('response.refusal.delta', about, piece);
    },
    close() {
      emit('response.refusal.done', { ...about, refusal });
      done(rendered());
    },
  };
}

function renderLogprob({ token, logprob, bytes, alternatives }: TokenLogprob): JsonObject {
  return {
    token,
    logprob,
    bytes: bytes ?? [],
    top_logprobs: alternatives.map((one) => ({ ...one, bytes: one.bytes ?? [] })),
  };
}
