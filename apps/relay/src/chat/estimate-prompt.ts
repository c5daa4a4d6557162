import type { Prompt } from '@weir/dialects/prompt';
import { estimateInputTokens } from '@weir/tokens/estimate';

/** The most that a prompt can come to in tokens: never more than the model's context, where that is known. */
export function estimatePromptTokens(prompt: Prompt, contextTokensMax: number | undefined): number {
  const { text, extraTokens, texts = 1, unbounded = false } = prompt;
  const estimate = estimateInputTokens(text) + extraTokens;
  if (contextTokensMax === undefined) return estimate;
  const most = contextTokensMax * texts;
  return unbounded ? most : Math.min(estimate, most);
}
