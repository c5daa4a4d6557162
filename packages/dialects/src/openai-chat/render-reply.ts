import type { ReplyContext } from '../dialect.ts';
import type { JsonObject } from '../json.ts';
import { markFor } from '../output-limit.ts';
import { joinTexts, OneText, signsPieces } from '../paragraphs.ts';
import type { Choice, Reply } from '../reply.ts';
import { renderFinish } from './finish-reason.ts';
import { renderDetails } from './reasoning-details.ts';
import {
  renderFrame,
  renderImage,
  renderReasoning,
  renderServiceTier,
  renderToolCall,
} from './reply-fields.ts';
import { renderLogprobs } from './token-logprobs.ts';
import { renderCitation } from './url-citation.ts';
import { renderUsage } from './usage-figures.ts';

/**
 * A `chat.completion`. It has the keys that OpenAI's always has, `system_fingerprint` among them, which OpenRouter's
 * client asks for.
 * @see https://platform.openai.com/docs/api-reference/chat/object
 */
export function renderReply(reply: Reply, context: ReplyContext): JsonObject {
  const { choices, usage, serviceTier } = reply;
  const cut = choices.some(({ finish }) => finish.reason === 'length');
  return {
    ...renderFrame(context, 'chat.completion'),
    choices: choices.map(renderChoice),
    ...(usage && { usage: renderUsage(usage) }),
    ...renderServiceTier(serviceTier),
    system_fingerprint: null,
    ...markFor(cut, context),
  };
}

function renderChoice(choice: Choice, index: number): JsonObject {
  const message = new MessageWriter(choice);
  const { refusal } = message;
  const of = refusal !== '' && message.content === undefined ? 'refusal' : 'content';
  return {
    index,
    message: message.render(),
    logprobs: choice.logprobs ? renderLogprobs(choice.logprobs, of) : null,
    ...renderFinish(choice.finish, { toolCalls: message.toolCalls.length > 0, refusal: refusal !== '' }),
  };
}

/** Parts of one kind stand together in this dialect, whatever stood between them. */
class MessageWriter {
  /** Undefined where there is no text. */
  content: string | undefined;
  refusal = '';
  readonly toolCalls: JsonObject[] = [];
  readonly #oneText = new OneText();
  #reasoning = '';
  #reasoningParts = 0;
  readonly #details: JsonObject[] = [];
  readonly #annotations: JsonObject[] = [];
  readonly #images: JsonObject[] = [];

  constructor({ parts }: Choice) {
    for (const part of parts) this.#add(part);
  }

  #add(part: Choice['parts'][number]): void {
    if (setsApart(part)) this.#oneText.interrupt();
    switch (part.kind) {
      case 'text': {
        const before = (this.content ?? '') + this.#oneText.begin(part.apart);
        const from = before.length;
        this.content = before + part.text;
        for (const citation of part.citations ?? []) {
          this.#annotations.push(renderCitation(citation, from, this.content.length));
        }
        break;
      }
      case 'refusal':
        this.refusal += part.text;
        break;
      case 'reasoning':
        this.#reasoning = joinTexts([this.#reasoning, part.text]);
        for (const detail of renderDetails(part, this.#reasoningParts++)) this.#details.push(detail);
        break;
      case 'tool_call':
        this.toolCalls.push(renderToolCall(part));
        break;
      case 'produced_image':
        this.#images.push(renderImage(part, this.#images.length));
        break;
    }
  }

  /** The content is null beside what stands for it, and else a string. */
  render(): JsonObject {
    const { refusal, toolCalls } = this;
    const empty = refusal !== '' || toolCalls.length > 0 ? null : '';
    return {
      role: 'assistant',
      content: this.content ?? empty,
      refusal: refusal === '' ? null : refusal,
      ...renderReasoning(this.#reasoning),
      ...(this.#details.length > 0 && { reasoning_details: this.#details }),
      ...(toolCalls.length > 0 && { tool_calls: toolCalls }),
      ...(this.#annotations.length > 0 && { annotations: this.#annotations }),
      ...(this.#images.length > 0 && { images: this.#images }),
    };
  }
}

/** Whether texts before and after it are two: Google signs any piece of one. */
function setsApart(part: Choice['parts'][number]): boolean {
  if (part.kind === 'text') return false;
  return part.kind !== 'reasoning' || part.text !== '' || !signsPieces(part.signature);
}
