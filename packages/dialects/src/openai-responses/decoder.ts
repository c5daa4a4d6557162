import type { ReplyDecoder, SseMessage } from '../dialect.ts';
import { DialectError } from '../dialect-error.ts';
import { given } from '../given.ts';
import { asArray, asObject, asString, parseJson, type JsonObject } from '../json.ts';
import { DONE } from '../openai-chat/terminator.ts';
import type { DeltaEvent, ReplyEvent } from '../reply-event.ts';
import { SievedDecoder } from '../sieved-decoder.ts';
import { DELTA_SHAPE } from './delta-shape.ts';
import { readFinish } from './finish.ts';
import { OutputDecoder } from './output-decoder.ts';
import { unknownContent } from './read-item.ts';
import { readUsage } from './usage.ts';
import { readVendorError } from './vendor-error.ts';

/** For one stream. */
export function decoder(): ReplyDecoder {
  return new StreamDecoder();
}

/**
 * Reads a stream. What an event of a `delta` did not say, the events that repeat the whole (of a part, of an item, of
 * the response) do; only what is new in them is read.
 * @see https://platform.openai.com/docs/api-reference/responses-streaming
 */
class StreamDecoder extends SievedDecoder {
  #events: ReplyEvent[] = [];
  readonly #output = new OutputDecoder((event) => this.#events.push(event));
  #started = false;
  #over = false;

  constructor() {
    super(DELTA_SHAPE);
  }

  /** Without its terminator a stream is not complete. */
  override end(): ReplyEvent[] {
    return [];
  }

  protected override readMessage({ event, data }: SseMessage): ReplyEvent[] {
    const text = data.trim();
    if (this.#over || text === '' || text === DONE) return [];
    const body = asObject(parseJson(text));
    if (!body) throw new DialectError('An event of the stream is no JSON object.');
    const type = asString(body['type']) ?? event;
    const error = readVendorError(body);
    if (error) this.#endWith({ kind: 'error', error });
    else if (type === undefined) throw new DialectError('An event of the stream has no type.');
    else this.#readEvent(type, body);
    const events = this.#events;
    this.#events = [];
    this.learn(body, events);
    return events;
  }

  protected override went(_like: DeltaEvent, text: string): void {
    this.#output.skip(text.length);
  }

  #readEvent(type: string, body: JsonObject): void {
    const response = asObject(body['response']);
    this.#start(response);
    switch (type) {
      case 'response.output_item.added':
        this.#output.openItem(body);
        break;
      case 'response.output_item.done':
        this.#output.closeItem(body);
        break;
      case 'response.content_part.added':
      case 'response.reasoning_summary_part.added':
        break;
      case 'response.content_part.done':
      case 'response.reasoning_summary_part.done':
        this.#output.readPart(body);
        break;
      case 'response.output_text.delta':
      case 'response.output_text.done':
        this.#output.readText(body);
        break;
      case 'response.refusal.delta':
      case 'response.refusal.done':
        this.#output.readRefusal(body);
        break;
      case 'response.function_call_arguments.delta':
      case 'response.function_call_arguments.done':
        this.#output.readArguments(body);
        break;
      case 'response.reasoning_summary_text.delta':
      case 'response.reasoning_summary_text.done':
      case 'response.reasoning_text.delta':
      case 'response.reasoning_text.done':
        this.#output.readReasoning(body);
        break;
      case 'response.output_text.annotation.added':
        this.#output.readAnnotation(body);
        break;
      case 'response.completed':
      case 'response.incomplete':
        this.#complete(response ?? {}, type);
        break;
      default:
        // What happens meanwhile is of no interest, but a piece of something is.
        if (typeof body['delta'] === 'string' && body['delta'] !== '') throw unknownContent(type);
    }
  }

  /** The first that is heard of the response. What it says of the tier is what was asked for, and not yet what it got. */
  #start(response: JsonObject | undefined): void {
    if (this.#started) return;
    this.#started = true;
    const id = asString(response?.['id']);
    const model = asString(response?.['model']);
    const tier = asString(response?.['service_tier']);
    const serviceTier = tier === 'auto' ? undefined : tier;
    this.#events.push({ kind: 'start', ...given({ id, model, serviceTier }) });
  }

  #complete(response: JsonObject, type: string): void {
    this.#output.readOutput(asArray(response['output']));
    const status = type === 'response.incomplete' ? 'incomplete' : 'completed';
    const finish = readFinish({ ...response, status }, this.#output.kinds);
    this.#events.push({ kind: 'finish', choice: 0, finish });
    const usage = readUsage(response['usage']);
    if (usage) this.#events.push({ kind: 'usage', usage });
    this.#endWith({ kind: 'end' });
  }

  #endWith(event: ReplyEvent): void {
    this.#over = true;
    this.#events.push(event);
  }
}
