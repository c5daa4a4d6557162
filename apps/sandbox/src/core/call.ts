/** A tool that the caller defined, whatever its protocol calls it. */
export interface ToolDefinition {
  name: string;
  /** JSON schema of the arguments. */
  parameters: unknown;
}

/** What a tool that was called gave back. */
export interface ToolResult {
  /** The called tool's; empty where no call is known that it belongs to. */
  name: string;
  text: string;
}

/** `required`: some tool must be called; an object: that one. */
export type ToolChoice = 'auto' | 'none' | 'required' | { name: string };

/** What one request asks for, as far as the simulated model looks at it; the same from every protocol. */
export interface Call {
  modelId: string;
  streamed: boolean;
  /** The text of the caller's last message. */
  askedText: string;
  /** Whether that message is the last one: after a tool's result no tool is called by name again. */
  endsWithAsking: boolean;
  /** Those that follow the caller's last message, in their order. */
  toolResults: readonly ToolResult[];
  tools: readonly ToolDefinition[];
  toolChoice: ToolChoice;
  /** Whether more than one tool may be called at once. */
  parallelCalls: boolean;
  /** Undefined: no limit. Thinking counts towards it. */
  outputTokensMax: number | undefined;
  /** Texts before which the reply ends. */
  stopTexts: readonly string[];
  /** Whether a model that can think does. */
  thinks: boolean;
  /** What the vendor would bill for the request itself. */
  inputTokens: number;
  /** The name that the body gives the request in the tally. */
  requestName: string | undefined;
}
