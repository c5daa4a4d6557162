import type { ReplyEvent } from './reply-event.ts';
import type { Reply } from './reply.ts';

/** Whether an event is of what the model thought. */
export function isReasoning({ kind }: ReplyEvent): boolean {
  return kind === 'reasoning' || kind === 'reasoning_signature';
}

/** A reply without what the model thought. */
export function hideReasoning(reply: Reply): Reply {
  const choices = reply.choices.map((choice) => ({
    ...choice,
    parts: choice.parts.filter(({ kind }) => kind !== 'reasoning'),
  }));
  return { ...reply, choices };
}
