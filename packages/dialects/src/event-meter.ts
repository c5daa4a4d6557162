import { asWord } from './json.ts';
import type { ReplyEvent } from './reply-event.ts';
import { StreamTally } from './stream-tally.ts';

/** Reads along with a stream that is converted: what has been produced so far, and what the vendor says it used. */
export class EventMeter extends StreamTally {
  add(event: ReplyEvent): void {
    switch (event.kind) {
      case 'text':
      case 'refusal':
      case 'reasoning':
      case 'tool_arguments':
        this.take({ text: event.text });
        break;
      case 'tool_call':
        this.take({ text: event.name });
        break;
      case 'usage':
        this.take({ usage: event.usage });
        break;
      case 'finish':
        // Of several choices the first one to finish is told of.
        this.take({ finishReason: this.finishReason ?? asWord(event.finish.native) ?? event.finish.reason });
        break;
      case 'produced_image':
        this.take({ produced: true });
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
