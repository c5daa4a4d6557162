/**
 * OpenAI's chat-completions protocol as the gateway speaks it. What has no name here passes both ways untouched: vendors have
 * parameters and reply fields of their own.
 * See https://platform.openai.com/docs/api-reference/chat
 */
export interface ChatCompletionParams {
  /** A model's id, as `models.list()` gives it. */
  model: string;
  messages: ChatMessage[];
  /** Whether the reply comes piece by piece. */
  stream?: boolean | null;
  /** By default the SDK asks for nothing; with `include_usage` the last chunk carries the tokens used. */
  stream_options?: { include_usage?: boolean; [option: string]: unknown } | null;
  /** The most tokens of the reply; without it, as many as the balance affords. */
  max_completion_tokens?: number | null;
  /** The older name of `max_completion_tokens`. */
  max_tokens?: number | null;
  temperature?: number | null;
  top_p?: number | null;
  stop?: string | string[] | null;
  seed?: number | null;
  presence_penalty?: number | null;
  frequency_penalty?: number | null;
  tools?: ChatTool[];
  tool_choice?: 'none' | 'auto' | 'required' | { type: 'function'; function: { name: string } };
  response_format?: { type: string; [option: string]: unknown };
  reasoning_effort?: string | null;
  user?: string;
  [parameter: string]: unknown;
}

export interface ChatMessage {
  role: 'system' | 'developer' | 'user' | 'assistant' | 'tool';
  content?: string | ChatContentPart[] | null;
  name?: string;
  /** Of an assistant's message: the calls it made. */
  tool_calls?: ChatToolCall[];
  /** Of a tool's message: which call it answers. */
  tool_call_id?: string;
  [field: string]: unknown;
}

export type ChatContentPart =
  | { type: 'text'; text: string; [field: string]: unknown }
  | {
      type: 'image_url';
      image_url: { url: string; detail?: 'auto' | 'low' | 'high' };
      [field: string]: unknown;
    }
  | { type: string; [field: string]: unknown };

export interface ChatTool {
  type: 'function';
  function: {
    name: string;
    description?: string;
    /** A JSON schema. */
    parameters?: Record<string, unknown>;
    strict?: boolean | null;
  };
  [field: string]: unknown;
}

export interface ChatToolCall {
  id: string;
  type: 'function';
  /** `arguments` is JSON, written by a model: parse it with care. */
  function: { name: string; arguments: string };
  [field: string]: unknown;
}

export type ChatFinishReason = 'stop' | 'length' | 'tool_calls' | 'content_filter' | 'function_call';

/** Tokens, as they are charged. */
export interface ChatUsage {
  prompt_tokens: number;
  completion_tokens: number;
  total_tokens: number;
  prompt_tokens_details?: { cached_tokens?: number; [field: string]: unknown } | null;
  completion_tokens_details?: { reasoning_tokens?: number; [field: string]: unknown } | null;
  [field: string]: unknown;
}

/** A whole reply. */
export interface ChatCompletion {
  id: string;
  object: 'chat.completion';
  /** Seconds since 1970. */
  created: number;
  model: string;
  choices: {
    index: number;
    message: {
      role: 'assistant';
      content: string | null;
      refusal?: string | null;
      tool_calls?: ChatToolCall[];
      [field: string]: unknown;
    };
    finish_reason: ChatFinishReason;
    [field: string]: unknown;
  }[];
  usage?: ChatUsage | null;
  [field: string]: unknown;
}

/** One piece of a streamed reply. */
export interface ChatCompletionChunk {
  id: string;
  object: 'chat.completion.chunk';
  /** Seconds since 1970. */
  created: number;
  model: string;
  /** Empty in the chunk that carries the usage. */
  choices: {
    index: number;
    delta: {
      role?: 'assistant';
      content?: string | null;
      refusal?: string | null;
      tool_calls?: ChatToolCallDelta[];
      [field: string]: unknown;
    };
    finish_reason: ChatFinishReason | null;
    [field: string]: unknown;
  }[];
  usage?: ChatUsage | null;
  [field: string]: unknown;
}

/** A fragment of the tool call at `index`; `id` and `name` come with its first one. */
export interface ChatToolCallDelta {
  index: number;
  id?: string;
  type?: 'function';
  function?: { name?: string; arguments?: string };
  [field: string]: unknown;
}
