import { isGiven } from '../strict-fields.ts';
import type { JsonObject } from '../json.ts';

/** Reasoning is asked for in OpenRouter's field, or in OpenAI's. @see Dialect.fieldName */
export function fieldName(field: string, body: JsonObject): string {
  return field === 'reasoning' && !isGiven(body[field]) ? 'reasoning_effort' : field;
}
