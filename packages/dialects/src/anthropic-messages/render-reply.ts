import type { Signature, TextPart, ToolCallPart } from '../call.ts';
import { DialectError } from '../dialect-error.ts';
import type { ReplyContext } from '../dialect.ts';
import type { JsonObject } from '../json.ts';
import { markFor } from '../output-limit.ts';
import type { Choice, Reply } from '../reply.ts';
import { renderCitation } from './citations.ts';
import { isRefusal, renderStop } from './finish.ts';
import { writeSignature, writeToolCallSignature } from './signatures.ts';
import { inputOf } from './tool-input.ts';
import { renderUsage } from './usage.ts';

/** Of the reply, made of the call's. */
export function messageId({ requestId }: ReplyContext): string {
  return `msg_${requestId.replace(/^req_/, '')}`;
}

/** @throws {DialectError} for a picture, and for several replies: neither comes of a request in this dialect. */
export function renderReply(reply: Reply, context: ReplyContext): JsonObject {
  const [choice, ...others] = reply.choices;
  if (!choice || others.length > 0) {
    throw new DialectError(`A message of Anthropic’s can’t hold ${reply.choices.length} replies.`);
  }
  const refused = isRefusal(choice.finish);
  const refusal = choice.parts.flatMap((part) => (refused && part.kind === 'refusal' ? part.text : []));
  const stop = renderStop(choice.finish, refusal.join(''));
  return {
    id: messageId(context),
    type: 'message',
    role: 'assistant',
    model: context.model,
    content: blocksOf(choice, refused),
    ...stop,
    usage: renderUsage(reply.usage, reply.serviceTier),
    ...markFor(stop['stop_reason'] === 'max_tokens', context),
  };
}

function blocksOf({ parts }: Choice, refused: boolean): JsonObject[] {
  return parts.flatMap((part): JsonObject[] => {
    switch (part.kind) {
      case 'text':
        return renderText(part);
      case 'refusal':
        return refused || part.text === '' ? [] : [{ type: 'text', text: part.text }];
      case 'reasoning': {
        const { text, signature } = part;
        const written = signature ? writeSignature(signature, part) : '';
        if (part.encrypted && text === '') return [{ type: 'redacted_thinking', data: written }];
        return text === '' && !signature ? [] : [{ type: 'thinking', thinking: text, signature: written }];
      }
      case 'tool_call':
        return renderToolCall(part);
      case 'produced_image':
        throw pictureError();
    }
  });
}

/** For a picture, which has no place in a message. */
export function pictureError(): DialectError {
  return new DialectError('The reply has a picture, which a message of Anthropic’s can’t hold.');
}

function renderText({ text, citations }: TextPart): JsonObject[] {
  if (text === '' && !citations) return [];
  return [{ type: 'text', text, ...(citations && { citations: citations.map(renderCitation) }) }];
}

/** Anthropic's calls have no signature: it travels in a block of its own before the call. */
export function toolCallMark(signature: Signature | undefined): JsonObject[] {
  return signature ? [{ type: 'redacted_thinking', data: writeToolCallSignature(signature) }] : [];
}

function renderToolCall(part: ToolCallPart): JsonObject[] {
  const { id, name } = part;
  return [...toolCallMark(part.signature), { type: 'tool_use', id, name, input: inputOf(part.arguments) }];
}
