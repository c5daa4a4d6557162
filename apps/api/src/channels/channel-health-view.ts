/** An error of a vendor's, as a code: nothing that anybody said. */
export interface ChannelErrorView {
  code: string;
  /** The vendor's HTTP status, if it answered. */
  status: number | null;
  modelId: string;
  at: string;
}

/**
 * `well`; `unreachable`: closed off as a whole; `keys_refused`: all of its keys are; `impaired`: some of its keys or
 * models rest; `disabled` by an operator.
 */
export type ChannelState = 'well' | 'impaired' | 'keys_refused' | 'unreachable' | 'disabled';

/** A channel, and what the relays that are running see of it. */
export interface ChannelHealthView {
  channelId: string;
  vendor: string;
  /** Of its address. */
  host: string;
  dialect: string;
  region: string | null;
  state: ChannelState;
  keys: number;
  /** Keys that some relay leaves alone, as the vendor refused them. */
  restingKeys: number;
  /** Keys that some relay does not use for some models: limited there, or forbidden. */
  limitedKeys: number;
  /** Models that some relay passes by on this channel. */
  restingModelIds: string[];
  /** Calls under way, on all relays. */
  inFlight: number;
  /** Per relay; null = any number. */
  inFlightMax: number | null;
  /** The newest first, at most five. */
  errors: ChannelErrorView[];
}
