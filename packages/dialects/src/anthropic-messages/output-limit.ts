import { asObject } from '../json.ts';
import { marked, outputLimitMark } from '../output-limit.ts';

/** Marks a message, or a `message_delta` event, that ended for its length. */
export function markOutputLimit(json: string, maxTokens: number): string | undefined {
  return marked(json, 'max_tokens', (body) => {
    const ended = body['type'] === 'message_delta' ? asObject(body['delta']) : body;
    return ended?.['stop_reason'] === 'max_tokens' ? { ...body, ...outputLimitMark(maxTokens) } : undefined;
  });
}
