import type { Prompt } from '@weir/dialects/prompt';
import type { Usage } from '@weir/dialects/usage';
import type { Ending, Reading } from './ending.ts';

/** What a call is charged for. */
export interface MeteredUsage extends Usage {
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Images of the prompt; absent when there are none. */
  readonly images?: number;
  readonly usageSource: 'vendor' | 'counted';
}

export interface MeteredCall {
  readonly ending: Ending;
  readonly reading: Reading;
  readonly prompt: Prompt;
  /** What the hold was made for. */
  readonly tokensMax: { readonly inputTokens: number; readonly outputTokens: number };
  readonly countTokens: (text: string) => Promise<number>;
}

/**
 * Reading → what is charged. The vendor's figures win, a zero among them; what it left out is counted, and never
 * comes to more than was held. Figures that it gave before it had finished are those of the reply's beginning: of one
 * that broke off, what was delivered is counted where that is more. A reply that failed or was given up before anything
 * was produced, and one that came out empty, costs nothing.
 * @returns undefined when there is nothing to charge.
 */
export async function meterCall(call: MeteredCall): Promise<MeteredUsage | undefined> {
  const { ending, reading, prompt, tokensMax, countTokens } = call;
  const { usage } = reading;
  const ok = ending.outcome === 'ok';
  const produced = reading.produced === true || (ok && (usage?.outputTokens ?? 0) > 0);
  if (!produced && reading.text() === '') return undefined;

  const input = async () =>
    Math.min((await countTokens(prompt.text)) + prompt.extraTokens, tokensMax.inputTokens);
  const output = async () => Math.min(await countTokens(reading.text()), tokensMax.outputTokens);
  const final = ok || reading.finishReason !== undefined;
  const said = usage?.outputTokens;
  const outputTokens = said !== undefined && final ? said : Math.max(said ?? 0, await output());
  return {
    ...usage,
    ...(prompt.images > 0 && { images: prompt.images }),
    inputTokens: usage?.inputTokens ?? (await input()),
    outputTokens,
    usageSource: usage?.inputTokens !== undefined && outputTokens === said ? 'vendor' : 'counted',
  };
}
