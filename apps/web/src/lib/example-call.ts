import type { Model } from './api-types.ts';
import type { SnippetCall } from './snippets.ts';

/** Stands where a key goes as long as there is none to fill in. */
export const KEY_PLACEHOLDER = 'sk-weir-…';

/** Of the simulated models, those that answer as a model does; the others act out what can go wrong. */
const SIMULATED_FIRST = ['sandbox/story', 'sandbox/echo', 'sandbox/slow'];

/** Real models first, then the simulated ones that answer well, then the rest. */
export function bestFirst(models: readonly Model[]): Model[] {
  const rank = ({ modelId, simulated }: Model) => {
    if (!simulated) return -1;
    const place = SIMULATED_FIRST.indexOf(modelId);
    return place < 0 ? SIMULATED_FIRST.length : place;
  };
  return models.toSorted((a, b) => rank(a) - rank(b));
}

/** The first call of the snippets, with a model that can be called here. */
export function exampleCall(
  relayUrl: string,
  models: readonly Model[] | undefined,
  apiKey = KEY_PLACEHOLDER,
): SnippetCall {
  const [best] = bestFirst(models ?? []);
  return {
    relayUrl,
    apiKey,
    model: best?.modelId ?? 'sandbox/story',
    messages: [{ role: 'user', content: 'What does a weir measure?' }],
  };
}
