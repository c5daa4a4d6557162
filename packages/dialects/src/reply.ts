import type { ReasoningPart, RefusalPart, TextPart, ToolCallPart } from './call.ts';
import type { Usage } from './usage.ts';

/** A whole reply as no vendor writes it. */
export interface Reply {
  /** The vendor's. */
  readonly id?: string;
  /** As the vendor calls it. */
  readonly model?: string;
  /** By index. */
  readonly choices: readonly Choice[];
  readonly usage?: Usage;
  readonly serviceTier?: string;
}

/** One reply of those that were asked for. */
export interface Choice {
  readonly parts: readonly ReplyPart[];
  readonly finish: Finish;
  readonly logprobs?: readonly TokenLogprob[];
}

/** What replies consist of, in the order in which the model wrote it. */
export type ReplyPart = TextPart | RefusalPart | ReasoningPart | ToolCallPart | ProducedImage;

/** A picture that the model made. */
export interface ProducedImage {
  readonly kind: 'produced_image';
  readonly mediaType: string;
  /** In base64. */
  readonly data: string;
}

/** Why a choice ended. */
export type FinishReason =
  /** It came to its end, or to a stop sequence. */
  | 'stop'
  | 'length'
  | 'tool_calls'
  /** The vendor's filter cut it. */
  | 'content_filter'
  /** The model would not. */
  | 'refusal'
  /** A long turn is interrupted, and goes on when it is sent back. */
  | 'pause'
  /** Something went wrong at the vendor's, and the reply is what there was. */
  | 'error';

/** How a choice ended. */
export interface Finish {
  readonly reason: FinishReason;
  /** The vendor's word for it. */
  readonly native?: string;
  /** What the vendor says of an end that is none of the ordinary ones. */
  readonly message?: string;
  /** The one that was met. */
  readonly stopSequence?: string;
}

/** A token that was written, and what else might have stood there; `bytes` are those of UTF-8. */
export interface TokenLogprob {
  readonly token: string;
  readonly logprob: number;
  readonly bytes?: readonly number[];
  readonly alternatives: readonly {
    readonly token: string;
    readonly logprob: number;
    readonly bytes?: readonly number[];
  }[];
}
