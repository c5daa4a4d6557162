import type { Prompt } from '@weir/dialects/prompt';
import type { Usage } from '@weir/dialects/usage';
import type { Ending, Reading } from './ending.ts';

/** What a call is charged for. */
export interface MeteredUsage extends Usage {
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Images of the prompt; undefined when there are none. */
  readonly images: number | undefined;
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
 * @returns undefined when there is nothing to charge; a promise where something has to be counted.
 */
export function meterCall(call: MeteredCall): MeteredUsage | undefined | Promise<MeteredUsage> {
  const { ending, reading } = call;
  const { usage } = reading;
  const ok = ending.outcome === 'ok';
  const produced = reading.produced === true || (ok && (usage?.outputTokens ?? 0) > 0);
  if (!produced && reading.text() === '') return undefined;

  const inputTokens = usage?.inputTokens;
  const outputTokens = ok || reading.finishReason !== undefined ? usage?.outputTokens : undefined;
  return inputTokens === undefined || outputTokens === undefined
    ? count(call, { inputTokens, outputTokens })
    : metered(call, { inputTokens, outputTokens, usageSource: 'vendor' });
}

/** What the vendor said and is taken as it is; undefined is what has to be counted. */
interface Said {
  readonly inputTokens: number | undefined;
  readonly outputTokens: number | undefined;
}

async function count(call: MeteredCall, said: Said): Promise<MeteredUsage> {
  const { reading, prompt, tokensMax, countTokens } = call;
  const input = async () =>
    Math.min((await countTokens(prompt.text)) + prompt.extraTokens, tokensMax.inputTokens);
  const output = async () => {
    const counted = Math.min(await countTokens(reading.text()), tokensMax.outputTokens);
    return Math.max(reading.usage?.outputTokens ?? 0, counted);
  };
  const outputTokens = said.outputTokens ?? (await output());
  const inputTokens = said.inputTokens ?? (await input());
  const isVendors = said.inputTokens !== undefined && outputTokens === reading.usage?.outputTokens;
  return metered(call, { inputTokens, outputTokens, usageSource: isVendors ? 'vendor' : 'counted' });
}

function metered(
  { reading, prompt }: MeteredCall,
  charged: Pick<MeteredUsage, 'inputTokens' | 'outputTokens' | 'usageSource'>,
): MeteredUsage {
  return {
    ...reading.usage,
    images: prompt.images > 0 ? prompt.images : undefined,
    inputTokens: charged.inputTokens,
    outputTokens: charged.outputTokens,
    usageSource: charged.usageSource,
  };
}
