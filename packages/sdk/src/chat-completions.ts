import { ChatCompletionStream } from './chat-stream.ts';
import type { ChatCompletion, ChatCompletionParams } from './chat-types.ts';
import type { Configuration } from './configuration.ts';
import { Exchange } from './exchange.ts';
import { requestIdOf, sendRequest } from './send-request.ts';
import { codeOfStatus, errorFromBody, WeirError } from './weir-error.ts';

export interface CallOptions {
  /** Ends the call: it rejects, or its stream throws, with the code `aborted`. */
  signal?: AbortSignal | undefined;
}

/** A whole reply, with the gateway's id of the request, by which `usage.get` finds what it cost. */
export type ChatCompletionResult = ChatCompletion & { readonly requestId: string | undefined };

/** `POST /v1/chat/completions`. */
export class ChatCompletions {
  readonly #configuration: Configuration;

  /** @internal */
  constructor(configuration: Configuration) {
    this.#configuration = configuration;
  }

  /**
   * Calls a model. With `stream: true` it resolves, once the reply begins, to an async iterable of chunks.
   * @throws {WeirError} what the gateway answered, or `connection_failed`, `timed_out`, `aborted`, `invalid_reply`.
   */
  create(
    params: ChatCompletionParams & { stream: true },
    options?: CallOptions,
  ): Promise<ChatCompletionStream>;
  create(
    params: ChatCompletionParams & { stream?: false | null },
    options?: CallOptions,
  ): Promise<ChatCompletionResult>;
  create(
    params: ChatCompletionParams,
    options?: CallOptions,
  ): Promise<ChatCompletionStream | ChatCompletionResult>;
  async create(
    params: ChatCompletionParams,
    options: CallOptions = {},
  ): Promise<ChatCompletionStream | ChatCompletionResult> {
    const exchange = new Exchange(options.signal, this.#configuration.timeoutMs);
    let isOpen = false;
    try {
      const response = await this.#send(params, exchange);
      if (params.stream !== true) return await readCompletion(response, exchange);
      const stream = openStream(response, exchange);
      isOpen = true;
      return stream;
    } finally {
      // An open stream ends its exchange itself.
      if (!isOpen) exchange.dispose();
    }
  }

  async #send(params: ChatCompletionParams, exchange: Exchange): Promise<Response> {
    const url = `${this.#configuration.baseUrl}/v1/chat/completions`;
    const response = await sendRequest(this.#configuration, exchange, url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(params),
    });
    if (!response.ok) throw await readError(response, exchange);
    return response;
  }
}

function openStream(response: Response, exchange: Exchange): ChatCompletionStream {
  const requestId = requestIdOf(response);
  const isEventStream = response.headers.get('content-type')?.startsWith('text/event-stream') === true;
  if (response.body === null || !isEventStream) {
    exchange.abort();
    throw new WeirError('invalid_reply', 'The reply is no event stream.', { requestId });
  }
  exchange.pause();
  return new ChatCompletionStream(response.body, exchange, requestId);
}

async function readCompletion(response: Response, exchange: Exchange): Promise<ChatCompletionResult> {
  const requestId = requestIdOf(response);
  const body = parseJson(await readText(response, exchange));
  if (!isCompletion(body)) {
    throw new WeirError('invalid_reply', 'The reply is no chat completion.', { requestId });
  }
  return { ...body, requestId };
}

function isCompletion(value: unknown): value is ChatCompletion {
  return typeof value === 'object' && value !== null && 'choices' in value && Array.isArray(value.choices);
}

async function readError(response: Response, exchange: Exchange): Promise<WeirError> {
  const { status } = response;
  const requestId = requestIdOf(response);
  const body = parseJson(await readText(response, exchange));
  const message = `The gateway answered with the status ${status}.`;
  return (
    errorFromBody(body, { status, requestId }) ??
    new WeirError(codeOfStatus(status), message, { status, requestId })
  );
}

async function readText(response: Response, exchange: Exchange): Promise<string> {
  try {
    return await response.text();
  } catch (error) {
    throw exchange.explain(error, requestIdOf(response));
  }
}

/** @returns undefined when the text is no JSON. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
