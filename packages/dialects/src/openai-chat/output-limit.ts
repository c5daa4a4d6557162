import { asArray, asObject } from '../json.ts';
import { marked, outputLimitMark } from '../output-limit.ts';

/** Marks a reply, or a chunk of one, of which a choice ended for its length, beside its `choices`. */
export function markOutputLimit(json: string, maxTokens: number): string | undefined {
  return marked(json, 'length', (body) => {
    const cut = asArray(body['choices']).some((choice) => asObject(choice)?.['finish_reason'] === 'length');
    return cut ? { ...body, ...outputLimitMark(maxTokens) } : undefined;
  });
}
