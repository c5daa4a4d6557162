import { asObject, parseJson, type JsonObject } from '../json.ts';

/** Where vendors of this dialect put it; see `reasoning-details.ts`. */
const FIELDS: ReadonlySet<string> = new Set(['reasoning', 'reasoning_content', 'reasoning_details']);

/** A reply, or an event of a stream, without what the model thought; what is neither stays as it is. */
export function withoutReasoning(json: string): string {
  const sent = asObject(parseJson(json));
  const choices = sent?.['choices'];
  if (!Array.isArray(choices)) return json;
  return JSON.stringify({ ...sent, choices: choices.map(withoutIt) });
}

function withoutIt(choice: unknown): unknown {
  const given = asObject(choice);
  if (!given) return choice;
  const said = Object.entries(given).map(([name, value]) => {
    const speech = name === 'message' || name === 'delta' ? asObject(value) : undefined;
    return [name, speech ? spoken(speech) : value];
  });
  return Object.fromEntries(said) as unknown;
}

function spoken(speech: JsonObject): JsonObject {
  const { content } = speech;
  const kept = Object.fromEntries(Object.entries(speech).filter(([name]) => !FIELDS.has(name)));
  if (!Array.isArray(content)) return kept;
  const parts = content.filter((part) => asObject(part)?.['type'] !== 'thinking');
  return { ...kept, content: parts.length > 0 ? parts : '' };
}
