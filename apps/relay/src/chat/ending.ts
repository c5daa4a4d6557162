import type { WeirError } from '@weir/core/errors';
import type { Usage } from '@weir/dialects/usage';

/** How the body ended. The client has everything but the last bytes, or the error. */
export type Ending =
  | { readonly outcome: 'ok'; readonly lastBytes: Buffer }
  | { readonly outcome: 'client_closed' }
  | { readonly outcome: 'failed'; readonly error: WeirError };

/** What was learnt of a reply while it passed. */
export interface Reading {
  readonly usage: Usage | undefined;
  readonly finishReason: string | undefined;
  /** Everything that was produced; reading it may cost time. */
  text(): string;
  /** Set where what was produced is no text. */
  readonly produced?: true | undefined;
}

export const NOTHING_READ: Reading = { usage: undefined, finishReason: undefined, text: () => '' };
