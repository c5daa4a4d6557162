import { type ChatRequest, textOf } from './chat-request.ts';

/** One call of a tool, with the arguments as the JSON text that goes over the wire. */
export interface ToolCall {
  name: string;
  argumentsJson: string;
}

/**
 * The tools that the caller's message asks for by saying `call <tool name>`, in the order of the request's tools.
 * Only when that message is the last one: once a tool's result follows it, the reply is text.
 */
export function requestedToolCalls(request: ChatRequest): ToolCall[] {
  const last = request.messages.at(-1);
  if (last?.role !== 'user' || request.tool_choice === 'none') return [];
  const asked = new Set(Array.from(textOf(last.content).matchAll(/\bcall ([\w.-]+)/g), (match) => match[1]));
  return (request.tools ?? []).flatMap(({ function: definition }) =>
    definition !== undefined && asked.has(definition.name)
      ? [{ name: definition.name, argumentsJson: JSON.stringify(exampleOf(definition.parameters) ?? {}) }]
      : [],
  );
}

/** A value that fits a JSON schema of the plain kind: objects, arrays, enums and scalars. */
function exampleOf(schema: unknown): unknown {
  if (typeof schema !== 'object' || schema === null) return undefined;
  const values: unknown = Reflect.get(schema, 'enum');
  if (Array.isArray(values)) return values[0];
  switch (Reflect.get(schema, 'type')) {
    case 'object':
      return exampleObject(Reflect.get(schema, 'properties'));
    case 'array':
      return [];
    case 'number':
    case 'integer':
      return 1;
    case 'boolean':
      return true;
    default:
      return 'simulated';
  }
}

function exampleObject(properties: unknown): Record<string, unknown> {
  if (typeof properties !== 'object' || properties === null) return {};
  return Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name, exampleOf(schema)]));
}
