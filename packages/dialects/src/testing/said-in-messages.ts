import type { Call, Message, Part } from '../call.ts';
import { PARAGRAPH } from '../paragraphs.ts';

/** By its kind, where a dialect has no order among kinds. */
export function byKinds({ messages }: Call): unknown {
  const parts = messages.flatMap(({ role, parts }) => (role === 'assistant' ? parts.flatMap(partsOf) : []));
  return Object.groupBy(parts, ([kind]) => String(kind));
}

/**
 * What is said, by whom, in which order; not how it is cut into messages. Texts that stand apart may be paragraphs of
 * one, and have to stay that.
 */
export function contentOf(messages: readonly Message[]): unknown[] {
  return messages.flatMap(({ role, parts }) => {
    const by = role === 'developer' ? 'system' : role;
    return parts.flatMap(partsOf).map((said) => [by, ...said]);
  });
}

export function partsOf(part: Part): unknown[][] {
  if (part.kind !== 'text' && part.kind !== 'refusal') return [partOf(part)];
  return part.text.split(PARAGRAPH).map((text) => ['text', text]);
}

function partOf(part: Part): unknown[] {
  switch (part.kind) {
    case 'image':
    case 'file':
      return [part.kind, part.source];
    case 'tool_call':
      return [part.kind, part.name, JSON.parse(part.arguments)];
    case 'tool_result':
      return [part.kind, part.content.flatMap(partsOf).sort(byKind)];
    case 'reasoning':
      return [part.kind, part.text, part.signature?.value];
    case 'audio':
      return [part.kind, part.format, part.data];
    case 'text':
    case 'refusal':
      return ['text', part.text];
  }
}

/** Where among the texts of a result a picture stands is a feature of its own. */
const byKind = ([one]: unknown[], [other]: unknown[]): number => String(one).localeCompare(String(other));
