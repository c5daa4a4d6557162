import type { DialectName } from './dialect-name.ts';

/*
 * A call as no vendor writes it: what every dialect's request is read into, and written from, when the client and the
 * vendor speak different ones. What a client did not say is absent; the dialect that is written decides what that means.
 */

/** @see Dialect.toCall, Dialect.renderRequest */
export interface Call {
  readonly stream: boolean;
  /** In the client's order; never empty. */
  readonly messages: readonly Message[];
  readonly tools: readonly Tool[];
  readonly toolChoice?: ToolChoice;
  /** Whether one reply may call several tools. */
  readonly parallelToolCalls?: boolean;
  /** How many replies are wanted. */
  readonly choices: number;
  /** As the client gave it: from 0 to 2, or to 1 in `anthropic-messages`. */
  readonly temperature?: number;
  readonly topP?: number;
  readonly topK?: number;
  readonly frequencyPenalty?: number;
  readonly presencePenalty?: number;
  readonly seed?: number;
  /** Never empty. */
  readonly stopSequences?: readonly string[];
  /** By token id of the model's own vocabulary. */
  readonly logitBias?: Readonly<Record<string, number>>;
  /** Log probabilities are wanted, with so many alternatives per token. */
  readonly logprobs?: { readonly alternatives: number };
  readonly format?: OutputFormat;
  readonly reasoning?: Reasoning;
  readonly verbosity?: 'low' | 'medium' | 'high';
  readonly hints: Hints;
}

/** What a vendor may leave unheeded with no change to what the reply says: dropped where it can't be expressed. */
export interface Hints {
  /** The client's own name for its user. */
  readonly user?: string;
  readonly metadata?: Readonly<Record<string, string>>;
  readonly serviceTier?: string;
  readonly promptCacheKey?: string;
}

/** Said by a client; nothing of a reply is. */
interface Placed {
  /** Where it stands in the client's request, as errors name it: `messages[2]`, `input[0]`, `systemInstruction`. */
  readonly at?: string;
}

/** Messages of the role `tool` carry results only. */
export interface Message extends Placed {
  readonly role: 'system' | 'developer' | 'user' | 'assistant' | 'tool';
  readonly parts: readonly Part[];
  /** Of a participant. */
  readonly name?: string;
  /** Of the assistant's, and the last of all: the reply is to go on from it. */
  readonly prefill?: true;
}

/** What messages consist of; it has a place of its own where that is another than its message's. */
export type Part = Placed &
  (TextPart | ImagePart | FilePart | AudioPart | ReasoningPart | RefusalPart | ToolCallPart | ToolResultPart);

/** A mark up to which the vendor should cache the prompt, and for how long: a hint. */
export type CacheMark = '5m' | '1h';

/** Said by whoever the message is of. */
export interface TextPart {
  readonly kind: 'text';
  readonly text: string;
  readonly citations?: readonly Citation[];
  /** In a reply: set where it stands apart from the text right before it, and is not a piece of the same. */
  readonly apart?: boolean;
  readonly cache?: CacheMark;
}

/** Where the bytes of an image or a file are. */
export type Source =
  | { readonly kind: 'url'; readonly url: string }
  /** `data` in base64. */
  | { readonly kind: 'data'; readonly mediaType: string; readonly data: string };

/** A picture; `detail` is how closely it is to be looked at. */
export interface ImagePart {
  readonly kind: 'image';
  readonly source: Source;
  readonly detail?: 'auto' | 'low' | 'high';
  readonly cache?: CacheMark;
}

/** A document: PDF or plain text, mostly. */
export interface FilePart {
  readonly kind: 'file';
  readonly source: Source;
  readonly name?: string;
  readonly cache?: CacheMark;
}

/** Sound, which has no address in any dialect. */
export interface AudioPart {
  readonly kind: 'audio';
  /** In base64. */
  readonly data: string;
  /** As in `audio/…`: `wav`, `mp3`. */
  readonly format: string;
}

/**
 * What a vendor needs to take up its own reasoning again. It is opaque, and means nothing to another dialect: one that
 * is not the target's is dropped, as is reasoning without any where the vendor asks for one.
 */
export interface Signature {
  readonly dialect: DialectName;
  readonly value: string;
}

/** What the model thought before it went on. */
export interface ReasoningPart {
  readonly kind: 'reasoning';
  /** Empty where the vendor keeps it to itself. */
  readonly text: string;
  /** The text is the vendor's summary of it. */
  readonly summary?: boolean;
  /** The vendor's id of this piece, where it goes with the signature. */
  readonly id?: string;
  readonly signature?: Signature;
  /** The signature stands for reasoning that the vendor encrypted whole (`redacted_thinking`, `encrypted_content`). */
  readonly encrypted?: boolean;
}

/** What the model said instead of an answer. */
export interface RefusalPart {
  readonly kind: 'refusal';
  readonly text: string;
}

/** A call of one of the client’s tools. */
export interface ToolCallPart {
  readonly kind: 'tool_call';
  /** Never empty: made up, from its place, where the vendor gives none. */
  readonly id: string;
  readonly name: string;
  /** A JSON object as text, as the model wrote it; `{}` for no arguments. */
  readonly arguments: string;
  readonly signature?: Signature;
  readonly cache?: CacheMark;
}

/** What a call came to. */
export interface ToolResultPart {
  readonly kind: 'tool_result';
  readonly callId: string;
  /** Of the tool, as far as the client said it, or the call with this id stands earlier in the messages. */
  readonly name?: string;
  readonly content: readonly (TextPart | ImagePart | FilePart)[];
  readonly isError?: boolean;
  readonly cache?: CacheMark;
}

/** What a piece of text is founded on. */
export interface Citation {
  readonly url?: string;
  readonly title?: string;
  readonly citedText?: string;
  /** Characters of the text that it stands behind. */
  readonly startIndex?: number;
  readonly endIndex?: number;
}

/** A function that the client carries out. Tools that a vendor carries out itself are known to no other dialect. */
export interface Tool {
  readonly name: string;
  readonly description?: string;
  /** JSON schema of an object; absent for a tool without arguments. */
  readonly parameters?: Readonly<Record<string, unknown>>;
  readonly strict?: boolean;
  readonly cache?: CacheMark;
}

/** Whether tools may be called, have to be, or one of them has to be. */
export type ToolChoice =
  | { readonly kind: 'auto' | 'none' | 'required' }
  | { readonly kind: 'tool'; readonly name: string };

/** What the answer has to look like; without it, it is text. */
export type OutputFormat =
  | { readonly kind: 'json' }
  | {
      readonly kind: 'json_schema';
      readonly schema: Readonly<Record<string, unknown>>;
      readonly name?: string;
      readonly description?: string;
      readonly strict?: boolean;
    };

/** From the least to the most. */
export const REASONING_EFFORTS = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'] as const;

/** How much a model is to think. */
export type ReasoningEffort = (typeof REASONING_EFFORTS)[number];

/** What is asked for of reasoning. */
export interface Reasoning {
  readonly effort?: ReasoningEffort;
  /** Tokens; 0 for none. Where both are given the dialect takes the one it can express, this one before effort. */
  readonly budgetTokens?: number;
  /** The model itself decides how much. */
  readonly adaptive?: boolean;
  /** Whether the reply should show it, as the vendor does show it. */
  readonly shown?: boolean;
}
