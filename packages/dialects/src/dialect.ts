import type { WeirError } from '@weir/core/errors';
import type { Call } from './call.ts';
import type { DialectName } from './dialect-name.ts';
import type { JsonObject } from './json.ts';
import type { Prompt } from './prompt.ts';
import type { Quirks } from './quirks.ts';
import type { DeltaEvent, ReplyEvent } from './reply-event.ts';
import type { Reply } from './reply.ts';
import type { SseReading } from './sse.ts';
import type { Usage } from './usage.ts';
import type { VendorError } from './vendor-error.ts';

/**
 * How requests and replies of one kind are written, as far as the gateway reads them while they pass through to a vendor
 * who writes them in the same way. Pure functions.
 */
export interface WireFormat {
  readonly name: string;
  /** The dialect of the channels that take it. */
  readonly channelDialect: DialectName;

  /**
   * The body, as far as the gateway acts on it; every other field is left for the vendor to judge.
   * @throws {WeirError} `invalid_request`, naming the field and what is wrong with it.
   */
  parseRequest(json: unknown, address: RequestAddress): ClientRequest;
  promptOf(request: ClientRequest): Prompt;
  /** The body for a vendor of the same format: all that the client sent, with the target's model and output limit. */
  passRequest(request: ClientRequest, target: RequestTarget): string;
  /** Headers of the client's that say how the request is meant, and go with it to a vendor of the same format. */
  readonly passedHeaders?: readonly string[];
  /** Where a vendor takes it, below its base URL. */
  endpoint(target: { upstreamModel: string; stream: boolean }): string;

  /** @returns what metering needs of a whole reply; undefined when it is none. */
  readReply(json: unknown): ReplyReading | undefined;
  /** For one stream. */
  meter(): StreamMeter;
  /** Marks a reply, or an event of a stream, that ended for its length; see `ReplyContext.creditLimitTokens`. */
  markOutputLimit(json: string, maxTokens: number): string | undefined;
  /** An event of a stream without what a vendor writes only because the gateway asks for usage where the client did not. */
  withoutUnaskedUsage?(json: string): string;
  /** A reply, or an event of a stream, without what the model thought. Where clients can ask for that. */
  withoutReasoning?(json: string): string;
  renderError(error: WeirError, requestId: string): JsonObject;
  /**
   * An error in the middle of a stream.
   * @param sentLast what the client was sent last, if anything: one event or more.
   */
  renderStreamError(error: WeirError, requestId: string, sentLast?: string): SseMessage;
  /** @returns undefined when the value is no error object. */
  readVendorError(json: unknown): VendorError | undefined;
}

/**
 * The wire format of conversations with a model, and its translation. A call whose client and vendor speak different
 * dialects goes through the canonical model: `toCall` and `renderRequest` on the way out; `parseReply` and
 * `renderReply`, or a `decoder` and an `encoder`, on the way back.
 */
export interface Dialect extends WireFormat {
  readonly name: DialectName;
  /** Hints that its requests can't express and leave out, in the words of the documentation. */
  readonly dropped: readonly string[];
  /** Hints of its clients that are left out for every vendor of another dialect, in the same words. */
  readonly ownHints: readonly string[];

  /**
   * The whole of it in the canonical model.
   * @throws {WeirError} `invalid_request`, naming a field that is malformed, or that no other dialect has.
   */
  toCall(request: ClientRequest): Call;
  /**
   * What its clients call a field that `renderRequest` names in an error: those of a call have the names of `openai-chat`
   * there, and `reasoning`. Any other is named as it is.
   */
  fieldName(field: string, body: JsonObject): string;
  /**
   * The body for a vendor of this dialect.
   * @throws {FieldError} naming what this dialect can't express (see `unsupported`).
   */
  renderRequest(call: Call, target: RequestTarget): string;
  /** The headers that carry the vendor's key, and any other that it asks for. */
  authHeaders(apiKey: string): Readonly<Record<string, string>>;

  /** @throws {DialectError} when the value is no reply, or carries content that the canonical model can't. */
  parseReply(json: unknown): Reply;
  renderReply(reply: Reply, context: ReplyContext): JsonObject;
  /** For one stream. */
  decoder(): ReplyDecoder;
  encoder(context: ReplyContext): ReplyEncoder;
}

/** What a request's path says, in the dialects that say it there. */
export interface RequestAddress {
  readonly model?: string;
  readonly stream?: boolean;
}

/** A request as the client sent it, and what of it the gateway acts on. */
export interface ClientRequest {
  readonly model: string;
  readonly stream: boolean;
  /** Whether the client asked for the usage of a stream; where nobody has to ask, it is true. */
  readonly usageWanted: boolean;
  /** The client's limit per choice, in tokens. */
  readonly outputTokensMax: number | undefined;
  readonly choices: number;
  /** Whether the client wants to see nothing of what the model thinks. */
  readonly hidesReasoning?: boolean;
  readonly body: JsonObject;
}

/** What of a request differs from one vendor to the next. */
export interface RequestTarget {
  readonly upstreamModel: string;
  /** What the hold was made for, per choice: the vendor is told this limit, and no other, so that no reply outruns the hold. */
  readonly outputTokensMax: number;
  readonly quirks: Quirks;
}

/** What a reply is written with that the vendor's does not say. */
export interface ReplyContext {
  /** The gateway's id of the call, from which the reply's own is made. */
  readonly requestId: string;
  /** As the client calls it. */
  readonly model: string;
  readonly createdAtMs: number;
  readonly usageWanted: boolean;
  /**
   * The output limit, in tokens, if it is the caller's credit that set it: a reply that ended for its length is then
   * marked with `"weir": {"output_limit": {"reason": "credit", "max_tokens": …}}`.
   */
  readonly creditLimitTokens: number | undefined;
  /** Whether what the model thought is kept from the client. */
  readonly hidesReasoning?: boolean | undefined;
}

/** A server-sent event. */
export interface SseMessage {
  /** Its `event:` line; absent for the default. */
  readonly event?: string;
  /** Its `data:` line: one line of JSON, or a terminator. */
  readonly data: string;
}

/** Reads one stream of a vendor’s. */
export interface ReplyDecoder {
  /** Whole messages have come in these bytes; they are read in turn. */
  begin?(bytes: Buffer): void;
  /** @returns the event of a message from `start` to `end` of these bytes; undefined for one that is to be read as a whole. */
  readLike?(start: number, end: number): DeltaEvent | undefined;
  /** @throws {DialectError} when this is no part of a reply, or carries content that the canonical model can't. */
  read(message: SseMessage): ReplyEvent[];
  /** The stream is over. A dialect whose streams have no terminator says here whether it was complete. */
  end(): ReplyEvent[];
}

/** Writes one stream to a client. */
export interface ReplyEncoder {
  /** The messages of an `end` are those that make the reply complete: they are sent when the charge is durable. */
  write(event: ReplyEvent): SseMessage[];
}

/** A reply or a piece of one, as far as metering needs it. */
export interface ReplyReading {
  readonly usage: Usage | undefined;
  /** Everything the model produced: answer, reasoning, refusal, tool names and arguments. */
  readonly text: string;
  /** The vendor's word. */
  readonly finishReason: string | undefined;
  /** Set where what was produced is no text, as a vector is. */
  readonly produced?: true | undefined;
}

/** Reads along with a stream that passes through. */
export interface StreamMeter extends SseReading<StreamEvent> {
  readonly usage: Usage | undefined;
  readonly finishReason: string | undefined;
  /** Everything produced so far; reading it may cost time. */
  text(): string;
  /** As that of a whole reply. */
  readonly produced?: true | undefined;
}

/**
 * What kind of event it was: `content` to pass on; `usage` one that carries only the usage, which is kept from a client
 * that did not ask; `terminator`, which makes the reply complete; `last`, which makes it complete if the stream ends
 * after it or after more of this kind, in a dialect without terminators; `error` of the vendor; or `garbage`, which is no
 * part of a reply.
 */
export type StreamEvent =
  | { readonly kind: 'content' | 'usage' | 'terminator' | 'last' | 'garbage' }
  | { readonly kind: 'error'; readonly error: VendorError };
