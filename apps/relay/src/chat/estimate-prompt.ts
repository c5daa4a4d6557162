import { imageTokensMax } from '@weir/dialects/model-families';
import { IMAGE_TOKENS_USUAL, type Prompt } from '@weir/dialects/prompt';
import { estimateInputTokens } from '@weir/tokens/estimate';
import type { ModelEntry } from '../routing/routing-table.ts';

/** The most that a prompt can come to in tokens: never more than the model's context, where that is known. */
export function estimatePromptTokens(prompt: Prompt, model: ModelEntry): number {
  const { text, extraTokens, texts = 1, unbounded = false } = prompt;
  const estimate = estimateInputTokens(text) + extraTokens + moreOfImages(prompt, model);
  if (model.contextTokensMax === undefined) return estimate;
  const most = model.contextTokensMax * texts;
  return unbounded ? most : Math.min(estimate, most);
}

/** What images can come to beyond what the prompt has them for, with whichever vendor. */
function moreOfImages({ images }: Prompt, { routes }: ModelEntry): number {
  if (images === 0) return 0;
  const perImage = Math.max(...routes.map(({ upstreamModel }) => imageTokensMax(upstreamModel)));
  return images * Math.max(0, perImage - IMAGE_TOKENS_USUAL);
}
