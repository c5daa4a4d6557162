/** A model that can be called, at the price of the channel that is tried first. */
export interface ModelView {
  modelId: string;
  vendor: string;
  /** Whether the sandbox vendor answers, with no model behind it. */
  simulated: boolean;
  contextTokensMax: number | null;
  outputTokensMax: number | null;
  /** Decimal string of nanoUsd for a million tokens. */
  inputNanoUsdPerMtok: string;
  outputNanoUsdPerMtok: string;
}
