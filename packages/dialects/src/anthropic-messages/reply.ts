import type { Signature, TextPart, ToolCallPart } from '../call.ts';
import { DialectError } from '../dialect-error.ts';
import type { ReplyContext } from '../dialect.ts';
import { asArray, asObject, asString, writeJson, type JsonObject } from '../json.ts';
import { markFor } from '../output-limit.ts';
import type { Choice, Reply, ReplyPart } from '../reply.ts';
import { argumentsText } from '../tool-arguments.ts';
import { readCitations, renderCitation } from './citations.ts';
import { isRefusal, readFinish, readRefusal, renderStop } from './finish.ts';
import { readServiceTier } from './service-tier.ts';
import {
  readToolCallSignature,
  redactedPart,
  thinkingPart,
  writeSignature,
  writeToolCallSignature,
} from './signatures.ts';
import { argumentsOf, inputOf } from './tool-input.ts';
import { readUsage, renderUsage } from './usage.ts';

/**
 * @throws {DialectError} when the value is no message, or has blocks that no other dialect knows.
 * @see https://platform.claude.com/docs/en/api/messages/create
 */
export function parseReply(json: unknown): Reply {
  const message = asObject(json);
  if (!message || !Array.isArray(message['content'])) {
    throw new DialectError('The reply is no message of Anthropic’s.');
  }
  const id = asString(message['id']);
  const model = asString(message['model']);
  const usage = readUsage(message['usage']);
  const serviceTier = readServiceTier(asObject(message['usage'])?.['service_tier']);
  const parts = partsOf(message['content']);
  const refusal = readRefusal(message);
  if (refusal !== undefined) parts.push({ kind: 'refusal', text: refusal });
  return {
    ...(id !== undefined && { id }),
    ...(model !== undefined && { model }),
    choices: [{ parts, finish: readFinish(message) }],
    ...(usage && { usage }),
    ...(serviceTier !== undefined && { serviceTier }),
  };
}

function partsOf(content: readonly unknown[]): ReplyPart[] {
  const parts: ReplyPart[] = [];
  let calls = 0;
  let signature: Signature | undefined;
  for (const item of content) {
    const block = asObject(item) ?? {};
    switch (block['type']) {
      case 'text':
        parts.push(...textParts(block));
        break;
      case 'thinking':
        parts.push(thinkingPart(asString(block['thinking']) ?? '', asString(block['signature'])));
        break;
      case 'redacted_thinking': {
        const data = asString(block['data']) ?? '';
        signature = readToolCallSignature(data);
        if (!signature && data !== '') parts.push(redactedPart(data));
        break;
      }
      case 'tool_use':
        parts.push(toolCallPart(block, calls++, signature));
        signature = undefined;
        break;
      default:
        throw unknownBlock(block);
    }
  }
  return parts;
}

/** A block that the vendor's own tools made, or that came after this was written. */
export function unknownBlock(block: JsonObject): DialectError {
  const type = (asString(block['type']) ?? 'none').slice(0, 40);
  return new DialectError(`The reply has a block of the type ‘${type}’, which no other format can carry.`);
}

/** A tool that the vendor's code called, not the model. */
export function refuseCaller(block: JsonObject): void {
  const caller = asObject(block['caller'])?.['type'];
  if (caller !== undefined && caller !== 'direct') {
    throw new DialectError(
      'The reply has a tool call by the vendor’s own code, which no other format can carry.',
    );
  }
}

function textParts(block: JsonObject): TextPart[] {
  const text = asString(block['text']) ?? '';
  const citations = readCitations(block['citations']);
  if (text === '' && citations.length === 0) return [];
  return [{ kind: 'text', text, ...(citations.length > 0 && { citations }) }];
}

function toolCallPart(block: JsonObject, call: number, signature: Signature | undefined): ToolCallPart {
  refuseCaller(block);
  return {
    kind: 'tool_call',
    id: asString(block['id']) || `call_${call}`,
    name: asString(block['name']) ?? '',
    arguments: argumentsOf(asObject(block['input']) ?? {}, argumentsText),
    ...(signature && { signature }),
  };
}

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

/** Everything the model produced, in any block. */
export function producedText(block: JsonObject): string {
  switch (block['type']) {
    case 'text':
      return asString(block['text']) ?? '';
    case 'thinking':
      return asString(block['thinking']) ?? '';
    case 'tool_use':
    case 'server_tool_use':
    case 'mcp_tool_use': {
      const input = asObject(block['input']) ?? {};
      return (
        (asString(block['name']) ?? '') + (Object.keys(input).length > 0 ? (writeJson(input) ?? '') : '')
      );
    }
    default:
      // Results of the vendor's tools are input of the next step, and encrypted reasoning has no text.
      return '';
  }
}

export function contentText(content: unknown): string {
  let text = '';
  for (const block of asArray(content)) text += producedText(asObject(block) ?? {});
  return text;
}
