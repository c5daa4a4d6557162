import { withToolCallNames } from './tool-call-mends.ts';
import { withoutUnaskedUsage } from './unasked-usage.ts';

/** Within a text its quotes would be escaped, so it can't be a part of one. */
const NO_CHOICES = /"choices":\s*\[\]/;
const SAYS_NOTHING = '"choices":[{"index":0,"delta":{"content":""},"finish_reason":null}]';

/**
 * An event of chat completions as Mistral's own client takes it: it wants a tool's name in each piece of a call, and takes
 * no usage that is null. Who uses it looks into the first choice of every event, which Mistral's usage stands beside.
 */
export function asMistralChunk(json: string): string {
  return withToolCallNames(withoutUnaskedUsage(json)).replace(NO_CHOICES, SAYS_NOTHING);
}
