import { asWord } from './json.ts';
import type { ReplyEvent } from './reply-event.ts';
import { mergeUsage, type Usage } from './usage.ts';

/** Reads along with a stream that is converted: what has been produced so far, and what the vendor says it used. */
export class EventMeter {
  #usage: Usage | undefined;
  #finishReason: string | undefined;
  #text = '';
  #produced: true | undefined;

  get usage(): Usage | undefined {
    return this.#usage;
  }

  get finishReason(): string | undefined {
    return this.#finishReason;
  }

  get produced(): true | undefined {
    return this.#produced;
  }

  text(): string {
    return this.#text;
  }

  add(event: ReplyEvent): void {
    switch (event.kind) {
      case 'text':
      case 'refusal':
      case 'reasoning':
      case 'tool_arguments':
        this.#text += event.text;
        break;
      case 'tool_call':
        this.#text += event.name;
        break;
      case 'usage':
        this.#usage = mergeUsage(this.#usage, event.usage);
        break;
      case 'finish':
        this.#finishReason ??= asWord(event.finish.native) ?? event.finish.reason;
        break;
      case 'produced_image':
        this.#produced = true;
        break;
      case 'start':
      case 'citation':
      case 'reasoning_signature':
      case 'logprobs':
      case 'error':
      case 'end':
        break;
    }
  }
}
