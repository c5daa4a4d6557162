import type { ReplyEvent } from '../reply-event.ts';
import type { Choice, Reply } from '../reply.ts';

/** The events of which `collectReply` makes this reply: each part in one piece. */
export function replyEvents({ id, model, serviceTier, choices, usage }: Reply): ReplyEvent[] {
  return [
    {
      kind: 'start',
      ...(id !== undefined && { id }),
      ...(model !== undefined && { model }),
      ...(serviceTier !== undefined && { serviceTier }),
    },
    ...choices.flatMap(choiceEvents),
    ...(usage ? [{ kind: 'usage' as const, usage }] : []),
    { kind: 'end' },
  ];
}

function choiceEvents({ parts, finish, logprobs }: Choice, choice: number): ReplyEvent[] {
  let calls = 0;
  const events = parts.flatMap((part, number): ReplyEvent[] => {
    switch (part.kind) {
      case 'text':
        return [
          { kind: 'text', choice, text: part.text, part: number, ...(part.apart && { apart: true }) },
          ...(part.citations ?? []).map((citation) => ({ kind: 'citation' as const, choice, citation })),
        ];
      case 'refusal':
        return [{ kind: 'refusal', choice, text: part.text }];
      case 'reasoning': {
        const { text, summary, signature, id, encrypted } = part;
        const said: ReplyEvent = {
          kind: 'reasoning',
          choice,
          text,
          part: number,
          ...(summary !== undefined && { summary }),
        };
        const signed: ReplyEvent[] = signature
          ? [
              {
                kind: 'reasoning_signature',
                choice,
                signature,
                ...(id !== undefined && { id }),
                ...(encrypted && { encrypted }),
              },
            ]
          : [];
        return text === '' ? signed : [said, ...signed];
      }
      case 'tool_call': {
        const { id, name, signature } = part;
        const call = calls++;
        return [
          { kind: 'tool_call', choice, call, id, name, ...(signature && { signature }) },
          { kind: 'tool_arguments', choice, call, text: part.arguments },
        ];
      }
      case 'produced_image':
        return [{ kind: 'produced_image', choice, mediaType: part.mediaType, data: part.data }];
    }
  });
  return [
    ...events,
    ...(logprobs ? [{ kind: 'logprobs' as const, choice, tokens: logprobs }] : []),
    { kind: 'finish', choice, finish },
  ];
}
