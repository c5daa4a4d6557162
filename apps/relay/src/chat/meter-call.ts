import type { Usage } from '@weir/dialects/usage';
import type { Prompt } from '@weir/dialects/openai-chat';
import type { Ending, Reading } from './ending.ts';

/** What a call is charged for. */
export interface MeteredUsage extends Usage {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly usageSource: 'vendor' | 'counted';
}

export interface MeteredCall {
  readonly ending: Ending;
  readonly reading: Reading;
  readonly prompt: Prompt;
  readonly countTokens: (text: string) => number;
}

/**
 * Reading → what is charged. The vendor's figures win, a zero among them; what it left out is counted. A reply that
 * failed or was given up before anything was produced, and one that came out empty, costs nothing.
 * @returns undefined when there is nothing to charge.
 */
export function meterCall({ ending, reading, prompt, countTokens }: MeteredCall): MeteredUsage | undefined {
  const { usage } = reading;
  if (ending.outcome === 'ok' && usage?.inputTokens !== undefined && usage.outputTokens !== undefined) {
    const empty = usage.outputTokens === 0 && reading.text() === '';
    return empty
      ? undefined
      : { ...usage, inputTokens: usage.inputTokens, outputTokens: usage.outputTokens, usageSource: 'vendor' };
  }
  const text = reading.text();
  if (text === '') return undefined;
  const counted = usage?.inputTokens === undefined || usage.outputTokens === undefined;
  return {
    ...usage,
    inputTokens: usage?.inputTokens ?? countTokens(prompt.text) + prompt.extraTokens,
    outputTokens: usage?.outputTokens ?? countTokens(text),
    usageSource: counted ? 'counted' : 'vendor',
  };
}
