import type { Citation, Signature } from './call.ts';
import type { Finish, TokenLogprob } from './reply.ts';
import type { Usage } from './usage.ts';
import type { VendorError } from './vendor-error.ts';

/**
 * A piece of a streamed reply as no vendor writes it. `choice` is the index of the reply, where several were asked for.
 *
 * Order, per choice: pieces of one part come one after the other; a part ends where one of another kind, or of another
 * `part` number, begins; `finish` comes after all of them. `start` comes first of all, once; `usage` anywhere, and more
 * than once, cumulative; `end` when the dialect's terminator was read, and nothing after it.
 */
export type ReplyEvent =
  | {
      readonly kind: 'start';
      readonly id?: string;
      readonly model?: string;
      readonly serviceTier?: string;
    }
  | {
      readonly kind: 'text';
      readonly choice: number;
      readonly text: string;
      readonly part?: number;
      /** This part stands apart from the one before it, as two messages do. */
      readonly apart?: boolean;
    }
  | { readonly kind: 'citation'; readonly choice: number; readonly citation: Citation }
  | { readonly kind: 'refusal'; readonly choice: number; readonly text: string }
  | {
      readonly kind: 'reasoning';
      readonly choice: number;
      readonly text: string;
      readonly summary?: boolean;
      /** Tells two pieces of reasoning apart that follow one another. */
      readonly part?: number;
    }
  /** Belongs to the reasoning under way, or, `encrypted`, stands for a piece of it that has no text. */
  | {
      readonly kind: 'reasoning_signature';
      readonly choice: number;
      readonly signature: Signature;
      readonly id?: string;
      readonly encrypted?: boolean;
    }
  /** A call begins. `call` is its number within the choice, from 0. */
  | {
      readonly kind: 'tool_call';
      readonly choice: number;
      readonly call: number;
      readonly id: string;
      readonly name: string;
      readonly signature?: Signature;
    }
  /** A piece of the JSON text. Pieces of several calls may be interleaved. */
  | {
      readonly kind: 'tool_arguments';
      readonly choice: number;
      readonly call: number;
      readonly text: string;
    }
  | {
      readonly kind: 'produced_image';
      readonly choice: number;
      readonly mediaType: string;
      readonly data: string;
    }
  | { readonly kind: 'logprobs'; readonly choice: number; readonly tokens: readonly TokenLogprob[] }
  | { readonly kind: 'finish'; readonly choice: number; readonly finish: Finish }
  | { readonly kind: 'usage'; readonly usage: Usage }
  | { readonly kind: 'error'; readonly error: VendorError }
  | { readonly kind: 'end' };

/** A piece of a text. */
export type DeltaEvent = Extract<ReplyEvent, { text: string }>;
