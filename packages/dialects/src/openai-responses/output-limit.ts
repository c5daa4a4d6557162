import { asObject, parseJson } from '../json.ts';
import { endedForLength } from './finish.ts';
import { outputLimitMark } from './render-response.ts';

/**
 * Marks a response that ended for its length, or the event of a stream that carries one, with the limit that the
 * caller's credit set: `"weir": {"output_limit": {"reason": "credit", "max_tokens": 812}}` beside its `output`.
 * @returns undefined when it did not end so, and is to be left as it is.
 */
export function markOutputLimit(json: string, maxTokens: number): string | undefined {
  if (!json.includes('"incomplete"')) return undefined;
  const body = asObject(parseJson(json));
  if (!body) return undefined;
  const weir = outputLimitMark(maxTokens);
  if (endedForLength(body)) return JSON.stringify({ ...body, weir });
  const response = asObject(body['response']);
  if (!response || !endedForLength(response)) return undefined;
  return JSON.stringify({ ...body, response: { ...response, weir } });
}
