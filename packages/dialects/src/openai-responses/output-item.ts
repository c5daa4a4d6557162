import type { JsonObject } from '../json.ts';

/**
 * Gets an event of the stream: its type, and its fields but for the number. A piece of text is given by itself, and its
 * other fields as the same object each time, so that their JSON is made once.
 */
export type Emit = (type: string, fields: JsonObject, delta?: string) => void;

/** Where an item stands in the output. */
export interface Place {
  readonly id: string;
  readonly outputIndex: number;
  readonly emit: Emit;
}

/** As the format calls them. */
export type ItemStatus = 'in_progress' | 'completed' | 'incomplete';

/** An item of the output while it is written; every step is said as an event. */
export interface OutputItem {
  open(): void;
  close(status: Exclude<ItemStatus, 'in_progress'>): void;
  /** As it is by now. */
  rendered(): JsonObject;
}

/** The events that an item begins and ends with. */
export function itemEvents({ outputIndex, emit }: Place) {
  return {
    added: (item: JsonObject): void =>
      emit('response.output_item.added', { output_index: outputIndex, item }),
    done: (item: JsonObject): void => emit('response.output_item.done', { output_index: outputIndex, item }),
  };
}

/** A call of one of the client's tools. */
export function callItem(place: Place, callId: string, name: string) {
  const { id, outputIndex, emit } = place;
  const events = itemEvents(place);
  const about = { item_id: id, output_index: outputIndex };
  let json = '';
  let status: ItemStatus = 'in_progress';
  const rendered = (): JsonObject => ({
    id,
    type: 'function_call',
    status,
    arguments: json,
    call_id: callId,
    name,
  });
  const add = (text: string): void => {
    if (text === '') return;
    json += text;
    emit('response.function_call_arguments.delta', about, text);
  };
  return {
    rendered,
    add,
    open: (): void => events.added(rendered()),
    close(closedAs: ItemStatus): void {
      if (json === '') add('{}');
      status = closedAs;
      emit('response.function_call_arguments.done', { ...about, name, arguments: json });
      events.done(rendered());
    },
  };
}

/** @see https://platform.openai.com/docs/guides/tools-image-generation */
export function imageItem(
  place: Place,
  { mediaType, data }: { readonly mediaType: string; readonly data: string },
): OutputItem {
  const events = itemEvents(place);
  const image = { id: place.id, type: 'image_generation_call' };
  const rendered = (): JsonObject => ({
    ...image,
    status: 'completed',
    result: data,
    output_format: mediaType.slice(mediaType.indexOf('/') + 1),
  });
  return {
    rendered,
    open: () => events.added({ ...image, status: 'in_progress', result: null }),
    close: () => events.done(rendered()),
  };
}
