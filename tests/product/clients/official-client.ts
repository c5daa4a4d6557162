/** A vendor's own package, or one that everybody uses, as a program uses it: unmodified, pointed at the gateway. */
export interface OfficialClient {
  readonly name: string;
  ask(model: string, prompt: string): Promise<Answer>;
  /** @returns the streamed text, put together; @throws when the client notices that the stream went wrong. */
  stream(model: string, prompt: string): Promise<Answer>;
  /** Asks with the tool `WEATHER`, streamed, and sends the call back with this result. */
  useTool(model: string, prompt: string, result: string): Promise<ToolUse>;
  /** The HTTP status that an error of this client says. */
  statusOf(error: unknown): number | undefined;
}

export interface Answer {
  readonly text: string;
  /** As far as the client tells. */
  readonly outputTokens: number | undefined;
}

export interface ToolUse {
  /** As it was streamed. */
  readonly call: { readonly name: string | undefined; readonly arguments: unknown };
  /** What is said once the result is there. */
  readonly text: string;
}

export interface Gateway {
  readonly url: string;
  readonly apiKey: string;
  /** Whether the client sends a failed call again, as often as it does by itself or once it is told to; by default it never does. */
  readonly retries?: true;
}

export const WEATHER = {
  name: 'get_weather',
  description: 'Tells the weather.',
  parameters: {
    type: 'object',
    properties: { city: { type: 'string' } },
    required: ['city'],
  },
} as const;

/** Most clients' errors carry the status under one of these names. */
export function statusOfError(error: unknown): number | undefined {
  const { status, statusCode } = error as { status?: unknown; statusCode?: unknown };
  const code = status ?? statusCode;
  return typeof code === 'number' ? code : undefined;
}
