import type { Call } from './call.ts';

/** One call of a tool, with the arguments as the JSON text that goes over the wire. */
export interface ToolCall {
  name: string;
  argumentsJson: string;
}

/**
 * The tools that the caller's message asks for by saying `call <tool name>`, in the order of the request's tools.
 * Only when that message is the last one: once a tool's result follows it, the reply is text. A tool choice that
 * leaves no way out is obeyed in any case.
 */
export function requestedToolCalls(call: Call): ToolCall[] {
  const { tools, toolChoice } = call;
  if (toolChoice === 'none') return [];
  if (typeof toolChoice === 'object') return tools.filter(({ name }) => name === toolChoice.name).map(toCall);
  const said = call.endsWithAsking ? call.askedText : '';
  const asked = new Set(Array.from(said.matchAll(/\bcall ([\w.-]+)/g), (match) => match[1]));
  const named = tools.filter(({ name }) => asked.has(name));
  const called = named.length === 0 && toolChoice === 'required' ? tools.slice(0, 1) : named;
  return called.slice(0, call.parallelCalls ? called.length : 1).map(toCall);
}

function toCall({ name, parameters }: Call['tools'][number]): ToolCall {
  return { name, argumentsJson: JSON.stringify(exampleOf(parameters) ?? {}) };
}

/** A value that fits a JSON schema of the plain kind: objects, arrays, enums and scalars. */
function exampleOf(schema: unknown): unknown {
  if (typeof schema !== 'object' || schema === null) return undefined;
  const values: unknown = Reflect.get(schema, 'enum');
  if (Array.isArray(values)) return values[0];
  // Google's schemas say OBJECT where JSON schema says object.
  switch (String(Reflect.get(schema, 'type')).toLowerCase()) {
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
