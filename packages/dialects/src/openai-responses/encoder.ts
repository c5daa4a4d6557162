import type { ReplyContext, ReplyEncoder, SseMessage } from '../dialect.ts';
import type { JsonObject } from '../json.ts';
import { ResponseWriter } from './response-writer.ts';
import type { Emit } from './output-item.ts';
import { streamError } from './render-error.ts';

/** Writes a stream: the events are numbered, and named after their type. */
export function encoder(context: ReplyContext): ReplyEncoder {
  let messages: SseMessage[] = [];
  let sequence = 0;
  let opening: { readonly of: JsonObject; readonly json: string } | undefined;
  const emit: Emit = (type, fields, delta) => {
    const number = sequence++;
    if (delta === undefined) {
      messages.push({ event: type, data: JSON.stringify({ type, ...fields, sequence_number: number }) });
      return;
    }
    if (opening?.of !== fields) {
      opening = { of: fields, json: JSON.stringify({ type, ...fields }).slice(0, -1) };
    }
    const data = `${opening.json},"delta":${JSON.stringify(delta)},"sequence_number":${number}}`;
    messages.push({ event: type, data });
  };
  const writer = new ResponseWriter(context, emit);
  return {
    write(event) {
      if (event.kind === 'error') {
        const { message, param } = event.error;
        const { type, ...fields } = streamError({
          type: 'server_error',
          code: 'upstream_error',
          message,
          param: param ?? null,
        });
        emit(type, fields);
      } else {
        writer.write(event);
      }
      const written = messages;
      messages = [];
      return written;
    },
  };
}
