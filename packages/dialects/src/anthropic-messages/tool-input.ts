import { asObject, parseJson, type JsonObject } from '../json.ts';

/**
 * Where arguments go that are no JSON object, as a model may write them and Anthropic can't carry them.
 * @see https://platform.claude.com/docs/en/agents-and-tools/tool-use/fine-grained-tool-streaming#handling-invalid-json-in-tool-responses
 */
const INVALID = 'INVALID_JSON';

/** The `input` of a `tool_use` block. */
export function inputOf(args: string): JsonObject {
  if (args.trim() === '') return {};
  return asObject(parseJson(args)) ?? { [INVALID]: args };
}

/** The other way round. @param write takes an input that is what the model meant. */
export function argumentsOf(input: JsonObject, write: (input: JsonObject) => string): string {
  const invalid = input[INVALID];
  return typeof invalid === 'string' && Object.keys(input).length === 1 ? invalid : write(input);
}
