import { WeirError } from '@weir/core/errors';
import { z } from 'zod';
import {
  ATTACHMENT_CHARACTERS_PER_TOKEN,
  IMAGE_TOKENS,
  MESSAGE_OVERHEAD_TOKENS,
  type Prompt,
} from '../prompt.ts';

/** As large as a Postgres integer: far above what any model writes, and no sum of holds overflows. */
const outputLimit = z.int().min(1).max(2_147_483_647).nullish();

/**
 * The part of a chat completion request that the gateway acts on; every other field is passed on as it is.
 * @see https://platform.openai.com/docs/api-reference/chat/create
 */
const requestSchema = z.looseObject({
  model: z.string().min(1).max(200),
  messages: z.array(z.looseObject({ role: z.string() })).min(1),
  stream: z.boolean().nullish(),
  stream_options: z.looseObject({ include_usage: z.boolean().nullish() }).nullish(),
  max_tokens: outputLimit,
  max_completion_tokens: outputLimit,
  n: z.int().min(1).max(128).nullish(),
});

type ChatRequest = z.output<typeof requestSchema>;

/** A validated call. */
export interface ChatCall {
  readonly model: string;
  readonly stream: boolean;
  /** Whether the client asked to see the usage chunk. */
  readonly usageWanted: boolean;
  /** The client's limit per choice. */
  readonly outputTokensMax: number | undefined;
  readonly choices: number;
  readonly body: ChatRequest;
}

/** @throws {WeirError} `invalid_request`, naming the field and what is wrong with it. */
export function parseRequest(json: unknown): ChatCall {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw new WeirError(
      'invalid_request',
      'The body has to be a JSON object: {"model": "…", "messages": […]}.',
    );
  }
  const result = requestSchema.safeParse(json);
  if (!result.success) {
    const issue = result.error.issues[0];
    const param = fieldName(issue?.path ?? []);
    throw new WeirError('invalid_request', `${param}: ${issue?.message ?? 'is not valid'}.`, { param });
  }
  const body = result.data;
  return {
    model: body.model,
    stream: body.stream === true,
    usageWanted: body.stream_options?.include_usage === true,
    outputTokensMax: body.max_completion_tokens ?? body.max_tokens ?? undefined,
    choices: body.n ?? 1,
    body,
  };
}

function fieldName(path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (name, part) =>
      typeof part === 'number' ? `${name}[${part}]` : name === '' ? String(part) : `${name}.${String(part)}`,
    '',
  );
}

/** What of a request differs from one vendor to the next. */
export interface RequestTarget {
  readonly upstreamModel: string;
  readonly outputLimitField: 'max_tokens' | 'max_completion_tokens';
  readonly takesStreamOptions: boolean;
  /** What the hold was made for, per choice: the vendor is told this limit, and no other, so that no reply outruns the hold. */
  readonly outputTokensMax: number;
}

/** The request as the vendor gets it: usage is always asked for, the output is always limited, in one field. */
export function renderRequest(call: ChatCall, target: RequestTarget): string {
  const { upstreamModel, outputLimitField, takesStreamOptions, outputTokensMax } = target;
  // A field that is undefined is left out; one that is deleted would make the object slow to write.
  const body: ChatRequest = {
    ...call.body,
    model: upstreamModel,
    max_tokens: undefined,
    max_completion_tokens: undefined,
  };
  body[outputLimitField] = outputTokensMax;
  if (!takesStreamOptions) body.stream_options = undefined;
  else if (call.stream) body.stream_options = { ...body.stream_options, include_usage: true };
  try {
    return JSON.stringify(body);
  } catch (cause) {
    throw new WeirError('invalid_request', 'The body is nested too deeply.', { cause });
  }
}

export function promptOf(call: ChatCall): Prompt {
  const pieces: string[] = [];
  let extraTokens = 0;
  let images = 0;
  const { messages, tools, functions, response_format: format } = call.body;
  for (const message of messages) {
    extraTokens += MESSAGE_OVERHEAD_TOKENS;
    for (const [field, value] of Object.entries(message)) {
      if (field === 'content' && Array.isArray(value)) {
        for (const part of value as unknown[]) {
          if (isImage(part)) images++;
          extraTokens += addPart(part, pieces);
        }
      } else if (typeof value === 'string') {
        pieces.push(value);
      } else if (value !== null && value !== undefined) {
        pieces.push(JSON.stringify(value));
      }
    }
  }
  for (const declared of [tools, functions, format]) {
    if (declared !== undefined && declared !== null) pieces.push(JSON.stringify(declared));
  }
  return { text: pieces.join('\n'), extraTokens, images };
}

/** @returns the tokens of the part, where it is no text. */
function addPart(part: unknown, pieces: string[]): number {
  if (typeof part !== 'object' || part === null) return 0;
  if ('text' in part && typeof part.text === 'string') pieces.push(part.text);
  if (isImage(part)) return IMAGE_TOKENS;
  if ('text' in part) return 0;
  return Math.ceil(JSON.stringify(part).length / ATTACHMENT_CHARACTERS_PER_TOKEN);
}

function isImage(part: unknown): boolean {
  return typeof part === 'object' && part !== null && 'image_url' in part;
}
