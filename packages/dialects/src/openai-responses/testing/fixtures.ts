import { WeirError } from '@weir/core/errors';
import type { Call } from '../../call.ts';
import type { ReplyContext, RequestTarget } from '../../dialect.ts';
import { DEFAULT_QUIRKS } from '../../quirks.ts';
import type { ReplyEvent } from '../../reply-event.ts';
import { openaiResponses as dialect } from '../index.ts';

export const TARGET: RequestTarget = {
  upstreamModel: 'up',
  outputTokensMax: 900,
  quirks: DEFAULT_QUIRKS,
};

export const CONTEXT: ReplyContext = {
  requestId: 'req_06',
  model: 'gpt',
  createdAtMs: 1_700_000_000_900,
  usageWanted: true,
  creditLimitTokens: undefined,
};

/** What `{"model": "m", "input": "hi"}` says. */
export const CALL: Call = {
  stream: false,
  messages: [{ role: 'user', parts: [{ kind: 'text', text: 'hi' }] }],
  tools: [],
  choices: 1,
  hints: {},
};

export const parse = (body: object) => dialect.parseRequest({ model: 'm', input: 'hi', ...body }, {});

/** @returns what an act was refused for; its message begins with the field. */
export function refusal(act: () => unknown): {
  readonly param: string | undefined;
  readonly message: string;
} {
  try {
    act();
  } catch (error) {
    if (!(error instanceof WeirError) || error.code !== 'invalid_request') throw error;
    const { param, message } = error;
    if (param !== undefined && !message.startsWith(`${param}: `)) throw new Error(message, { cause: error });
    return { param, message };
  }
  throw new Error('Nothing was refused.');
}

export const decode = (...events: readonly object[]): ReplyEvent[] => {
  const decoder = dialect.decoder();
  return [...events.flatMap((event) => decoder.read({ data: JSON.stringify(event) })), ...decoder.end()];
};

/** Events as the vendor sends them. */
export const CREATED = {
  type: 'response.created',
  response: { id: 'resp_1', model: 'm', status: 'in_progress', output: [], error: null },
};
export const added = (output_index: number, item: object) => ({
  type: 'response.output_item.added',
  output_index,
  item,
});
export const done = (output_index: number, item: object) => ({
  type: 'response.output_item.done',
  output_index,
  item,
});
export const delta = (kind: string, text: string, more: object = {}) => ({
  type: `response.${kind}.delta`,
  item_id: 'x',
  output_index: 0,
  delta: text,
  obfuscation: 'a1b2',
  ...more,
});
export const completed = (output: readonly unknown[] = [], more: object = {}) => ({
  type: 'response.completed',
  response: { id: 'resp_1', status: 'completed', output, error: null, ...more },
});
export const message = (id: string, ...content: readonly object[]) => ({
  type: 'message',
  id,
  role: 'assistant',
  content,
});
export const outputText = (text: string, more: object = {}) => ({
  type: 'output_text',
  text,
  annotations: [],
  ...more,
});
export const response = (output: unknown, more: object = {}) => ({
  object: 'response',
  id: 'resp_1',
  model: 'm',
  status: 'completed',
  output,
  ...more,
});
