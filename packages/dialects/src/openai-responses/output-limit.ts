import { asObject } from '../json.ts';
import { marked, outputLimitMark } from '../output-limit.ts';
import { endedForLength } from './finish.ts';

/** Marks a response that ended for its length, or the event of a stream that carries one, beside its `output`. */
export function markOutputLimit(json: string, maxTokens: number): string | undefined {
  return marked(json, 'incomplete', (body) => {
    if (endedForLength(body)) return { ...body, ...outputLimitMark(maxTokens) };
    const response = asObject(body['response']);
    if (!response || !endedForLength(response)) return undefined;
    return { ...body, response: { ...response, ...outputLimitMark(maxTokens) } };
  });
}
