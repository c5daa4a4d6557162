import type { Signature, TextPart, ToolCallPart } from '../call.ts';
import { DialectError } from '../dialect-error.ts';
import { given } from '../given.ts';
import { asObject, asString, type JsonObject } from '../json.ts';
import type { Reply, ReplyPart } from '../reply.ts';
import { argumentsText } from '../tool-arguments.ts';
import { readCitations } from './citations.ts';
import { readFinish, readRefusal } from './finish.ts';
import { readServiceTier } from './service-tier.ts';
import { readToolCallSignature, redactedPart, thinkingPart } from './signatures.ts';
import { argumentsOf } from './tool-input.ts';
import { readUsage } from './usage.ts';

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
    choices: [{ parts, finish: readFinish(message) }],
    ...given({ id, model, serviceTier, usage }),
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
