import { asArray, asObject, parseJson, type JsonObject } from '../json.ts';

/** Adds the `type` of its tool calls, which Mistral leaves out, and the AI SDK insists on, to a whole reply. */
export function withToolCallTypes(json: string): string {
  return mendToolCalls(json, 'message', (call) =>
    call['type'] === undefined ? { ...call, type: 'function' } : call,
  );
}

/** Adds the name that Mistral's own client wants in each piece of a tool call, where it stands in the first one only. */
export function withToolCallNames(json: string): string {
  return mendToolCalls(json, 'delta', (call) => {
    const called = asObject(call['function']);
    return called && called['name'] === undefined ? { ...call, function: { name: '', ...called } } : call;
  });
}

function mendToolCalls(
  json: string,
  holder: 'message' | 'delta',
  mend: (call: JsonObject) => JsonObject,
): string {
  if (!json.includes('"tool_calls"')) return json;
  const body = asObject(parseJson(json));
  if (!body) return json;
  const choices = asArray(body['choices']).map((choice) => {
    const said = asObject(asObject(choice)?.[holder]);
    const calls = said?.['tool_calls'];
    if (!Array.isArray(calls)) return choice;
    const mended = calls.map((call: unknown) => mend(asObject(call) ?? {}));
    return { ...asObject(choice), [holder]: { ...said, tool_calls: mended } };
  });
  return JSON.stringify({ ...body, choices });
}
