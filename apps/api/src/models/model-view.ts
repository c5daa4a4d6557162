import type { PriceView } from '../prices/price-view.ts';

/** A model that can be called, at the list price of the channel that is tried first. */
export interface ModelView extends PriceView {
  modelId: string;
  vendor: string;
  /** Everyone who may serve it, in the order that they are tried; of a region only where the operator named one. */
  servedBy: { vendor: string; region: string | null }[];
  /** Whether the sandbox vendor answers, with no model behind it. */
  simulated: boolean;
  contextTokensMax: number | null;
  outputTokensMax: number | null;
  /** The price that comes after this one, when its time is set. */
  nextPrice: PriceView | null;
  /** What the caller's account pays on top of the price, in millionths: 200000 = 20 %. Null for who is not signed in. */
  marginPpm: number | null;
}
