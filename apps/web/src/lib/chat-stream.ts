import { createParser } from 'eventsource-parser';

/** What a chat call sends; the relay takes OpenAI's chat completions. */
export interface ChatCall {
  relayUrl: string;
  apiKey: string;
  model: string;
  messages: readonly { role: 'system' | 'user' | 'assistant'; content: string }[];
  maxTokens?: number | undefined;
  temperature?: number | undefined;
}

/** Parts of the tokens that may have a price of their own. */
export interface UsedParts {
  cachedInputTokens?: number | undefined;
  audioInputTokens?: number | undefined;
  reasoningTokens?: number | undefined;
  audioOutputTokens?: number | undefined;
}

export type ChatEvent =
  | { type: 'text'; text: string }
  | { type: 'usage'; inputTokens: number; outputTokens: number; parts: UsedParts }
  | { type: 'finish'; reason: string };

/** The relay refused the call or the reply broke off. `message` is the relay's own, to be shown as it is. */
export class ChatError extends Error {
  override readonly name = 'ChatError';
  /** The relay's error code; undefined when there was no answer of the relay's. */
  readonly code: string | undefined;

  constructor(message: string, code?: string) {
    super(message);
    this.code = code;
  }
}

interface Chunk {
  choices?: { delta?: { content?: string | null }; finish_reason?: string | null }[];
  usage?: {
    prompt_tokens: number;
    completion_tokens: number;
    prompt_tokens_details?: { cached_tokens?: number; audio_tokens?: number } | null;
    completion_tokens_details?: { reasoning_tokens?: number; audio_tokens?: number } | null;
  } | null;
  error?: { message: string; code?: string | null };
}

const DONE = '[DONE]';

/**
 * Streams one reply.
 * @param truncated what to say when the stream ends without its terminator.
 * @throws {ChatError} with what the relay said; what `fetch` throws when the relay cannot be reached or `signal` aborts.
 */
export async function* streamChat(
  call: ChatCall,
  signal: AbortSignal,
  truncated: string,
): AsyncGenerator<ChatEvent, void, undefined> {
  const response = await fetch(`${call.relayUrl}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${call.apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      model: call.model,
      messages: call.messages,
      ...(call.maxTokens === undefined ? {} : { max_tokens: call.maxTokens }),
      ...(call.temperature === undefined ? {} : { temperature: call.temperature }),
      stream: true,
      stream_options: { include_usage: true },
    }),
    signal,
    credentials: 'omit',
  });
  if (!response.ok || response.body === null) throw await refusal(response);

  let isDone = false;
  let received: string[] = [];
  const parser = createParser({ onEvent: ({ data }) => received.push(data) });
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  try {
    while (!isDone) {
      const { done, value } = await reader.read();
      if (done) throw new ChatError(truncated);
      parser.feed(value);
      for (const data of received) {
        if (data === DONE) isDone = true;
        else yield* eventsOf(readChunk(data));
      }
      received = [];
    }
  } finally {
    await reader.cancel();
  }
}

/** What the relay sends is trusted to be its own, field by field as far as it is read here. */
function readChunk(json: string): Chunk {
  const value: unknown = JSON.parse(json);
  return isObject(value) ? value : {};
}

function isObject(value: unknown): value is Chunk {
  return typeof value === 'object' && value !== null;
}

function* eventsOf(chunk: Chunk): Generator<ChatEvent, void, undefined> {
  if (chunk.error) throw new ChatError(chunk.error.message, chunk.error.code ?? undefined);
  const choice = chunk.choices?.[0];
  if (choice?.delta?.content) yield { type: 'text', text: choice.delta.content };
  if (choice?.finish_reason) yield { type: 'finish', reason: choice.finish_reason };
  if (chunk.usage) yield usageEvent(chunk.usage);
}

function usageEvent(usage: NonNullable<Chunk['usage']>): ChatEvent {
  const { prompt_tokens_details: input, completion_tokens_details: output } = usage;
  return {
    type: 'usage',
    inputTokens: usage.prompt_tokens,
    outputTokens: usage.completion_tokens,
    parts: {
      cachedInputTokens: input?.cached_tokens,
      audioInputTokens: input?.audio_tokens,
      reasoningTokens: output?.reasoning_tokens,
      audioOutputTokens: output?.audio_tokens,
    },
  };
}

async function refusal(response: Response): Promise<ChatError> {
  const text = await response.text();
  try {
    const { error } = readChunk(text);
    if (error) return new ChatError(error.message, error.code ?? undefined);
  } catch {
    // Not the relay's: a proxy's page, say.
  }
  return new ChatError(`HTTP ${response.status} ${response.statusText}`);
}

/**
 * About how many tokens a text has, while nobody has counted them: four letters of a Latin script to one, and one to
 * each character of a script without spaces.
 */
export function estimateTokens(text: string): number {
  const wide = text.match(/[\u3000-\u9fff\uac00-\ud7af\uff00-\uffef]/g)?.length ?? 0;
  return Math.ceil((text.length - wide) / 4 + wide);
}
