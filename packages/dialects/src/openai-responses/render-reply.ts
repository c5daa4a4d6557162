import type { ReplyContext } from '../dialect.ts';
import { DialectError } from '../dialect-error.ts';
import type { JsonObject } from '../json.ts';
import type { ReplyEvent } from '../reply-event.ts';
import type { Choice, Reply, ReplyPart, TokenLogprob } from '../reply.ts';
import { ResponseWriter } from './response-writer.ts';

/** @throws {DialectError} unless the reply has one choice, which is all that the format has a place for. */
export function renderReply(reply: Reply, context: ReplyContext): JsonObject {
  const [choice] = reply.choices;
  if (!choice || reply.choices.length > 1) {
    throw new DialectError(`The reply has ${reply.choices.length} choices instead of one.`);
  }
  const writer = new ResponseWriter(context, () => {});
  const { serviceTier, usage } = reply;
  writer.write({ kind: 'start', ...(serviceTier !== undefined && { serviceTier }) });
  for (const event of eventsOf(choice)) writer.write(event);
  if (usage) writer.write({ kind: 'usage', usage });
  return writer.response();
}

function eventsOf({ parts, logprobs = [], finish }: Choice): ReplyEvent[] {
  const tokens = [...logprobs];
  const lastText = parts.findLastIndex(({ kind }) => kind === 'text');
  const events = parts.flatMap((part, index) => {
    const own = part.kind === 'text' ? takeTokens(tokens, part.text, index === lastText) : [];
    const about = partEvents(part, index);
    return own.length > 0 ? [...about, { kind: 'logprobs', choice: 0, tokens: own } as const] : about;
  });
  return [...events, { kind: 'finish', choice: 0, finish }];
}

/** The canonical model has the log probabilities of the whole choice: each text takes the tokens that it is made of. */
function takeTokens(tokens: TokenLogprob[], text: string, last: boolean): TokenLogprob[] {
  if (last) return tokens.splice(0);
  let length = 0;
  let count = 0;
  for (const { token } of tokens) {
    if (length >= text.length) break;
    length += token.length;
    count++;
  }
  return tokens.splice(0, count);
}

function partEvents(part: ReplyPart, index: number): ReplyEvent[] {
  const choice = 0;
  switch (part.kind) {
    case 'text': {
      const citations = (part.citations ?? []).map(
        (citation) => ({ kind: 'citation', choice, citation }) as const,
      );
      const text = { kind: 'text', choice, text: part.text, part: index } as const;
      return [part.apart ? { ...text, apart: true } : text, ...citations];
    }
    case 'refusal':
      return [{ kind: 'refusal', choice, text: part.text }];
    case 'reasoning': {
      const { text, summary, signature, id, encrypted } = part;
      const events: ReplyEvent[] = [];
      if (text !== '' || !encrypted) {
        events.push({ kind: 'reasoning', choice, text, part: index, ...(summary && { summary }) });
      }
      if (signature) {
        const more = { ...(id !== undefined && { id }), ...(encrypted && { encrypted }) };
        events.push({ kind: 'reasoning_signature', choice, signature, ...more });
      }
      return events;
    }
    case 'tool_call': {
      const { id, name, signature, arguments: text } = part;
      return [
        { kind: 'tool_call', choice, call: index, id, name, ...(signature && { signature }) },
        { kind: 'tool_arguments', choice, call: index, text },
      ];
    }
    case 'produced_image':
      return [{ ...part, choice }];
  }
}
