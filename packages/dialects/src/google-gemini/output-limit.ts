import { asArray, asObject } from '../json.ts';
import { marked, outputLimitMark } from '../output-limit.ts';

/** Marks a reply, or a message of a stream, in which a candidate ended for its length, beside its `candidates`. */
export function markOutputLimit(json: string, maxTokens: number): string | undefined {
  return marked(json, 'MAX_TOKENS', (body) => {
    const cut = asArray(body['candidates']).some((item) => asObject(item)?.['finishReason'] === 'MAX_TOKENS');
    return cut ? { ...body, ...outputLimitMark(maxTokens) } : undefined;
  });
}
