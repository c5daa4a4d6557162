import type { ReplyContext } from '../dialect.ts';
import { DialectError } from '../dialect-error.ts';
import type { JsonObject } from '../json.ts';
import type { ReplyEvent } from '../reply-event.ts';
import type { Finish, TokenLogprob } from '../reply.ts';
import { mergeUsage, type Usage } from '../usage.ts';
import { renderEnd, type RenderedEnd } from './finish.ts';
import { callItem, imageItem, type Emit, type OutputItem, type Place } from './output-item.ts';
import { messageItem, type MessageItem } from './message-item.ts';
import { callSignatureItem, reasoningItem, type ReasoningOutput } from './reasoning-item.ts';
import { renderResponse } from './render-response.ts';

type ChoiceEvent = Extract<ReplyEvent, { choice: number }>;
type ReasoningEvent = Extract<ReplyEvent, { kind: 'reasoning' }>;
type SignatureEvent = Extract<ReplyEvent, { kind: 'reasoning_signature' }>;
type CallEvent = Extract<ReplyEvent, { kind: 'tool_call' }>;

/**
 * Puts the events of a reply together to a response, item by item, and says each step of it as an event of a stream.
 * A message and a piece of reasoning end where another item begins; calls of tools, whose arguments may come
 * interleaved, at the end.
 * @see https://platform.openai.com/docs/api-reference/responses-streaming
 */
export class ResponseWriter {
  readonly #context: ReplyContext;
  readonly #emit: Emit;
  readonly #items: OutputItem[] = [];
  readonly #calls = new Map<number, ReturnType<typeof callItem>>();
  #message: MessageItem | undefined;
  #reasoning: ReasoningOutput | undefined;
  /** Log probabilities that came before the text that they belong to. */
  readonly #earlyTokens: TokenLogprob[] = [];
  #refuses = false;
  #started = false;
  #usage: Usage | undefined;
  #serviceTier: string | undefined;
  #finish: Finish | undefined;

  constructor(context: ReplyContext, emit: Emit) {
    this.#context = context;
    this.#emit = emit;
  }

  /** @throws {DialectError} for a second choice, which the format has no place for. */
  write(event: ReplyEvent): void {
    if (event.kind === 'usage') {
      this.#usage = mergeUsage(this.#usage, event.usage);
      return;
    }
    if (event.kind === 'start') this.#serviceTier = event.serviceTier;
    this.#start();
    if ('choice' in event) this.#writeChoice(event);
    else if (event.kind === 'end') this.#end();
  }

  response(): JsonObject {
    return this.#render(this.#endOf());
  }

  #start(): void {
    if (this.#started) return;
    this.#started = true;
    const response = this.#render({ status: 'in_progress', error: null, incomplete_details: null });
    this.#emit('response.created', { response });
    this.#emit('response.in_progress', { response });
  }

  #end(): void {
    const end = this.#endOf();
    this.#emit(`response.${end.status}`, { response: this.#render(end) });
  }

  #endOf(): RenderedEnd {
    const kinds = { calls: this.#calls.size > 0, refuses: this.#refuses };
    return renderEnd(this.#finish ?? { reason: 'error' }, kinds);
  }

  #render(end: Omit<RenderedEnd, 'status'> & { readonly status: string }): JsonObject {
    return renderResponse(this.#context, {
      end,
      output: this.#items.map((item) => item.rendered()),
      usage: this.#usage,
      serviceTier: this.#serviceTier,
      cut: this.#finish?.reason === 'length',
    });
  }

  #writeChoice(event: ChoiceEvent): void {
    if (event.choice !== 0) throw new DialectError('The reply has more than one choice.');
    switch (event.kind) {
      case 'text':
        if (event.apart && this.#message && !this.#message.has(event.part)) this.#closeBlock();
        this.#openMessage().text(event.text, event.part);
        if (this.#earlyTokens.length > 0) this.#rate(this.#earlyTokens.splice(0));
        break;
      case 'citation':
        this.#openMessage().cite(event.citation);
        break;
      case 'refusal':
        this.#refuses = true;
        this.#openMessage().refuse(event.text);
        break;
      case 'logprobs':
        this.#rate(event.tokens);
        break;
      case 'reasoning':
        this.#reason(event);
        break;
      case 'reasoning_signature':
        this.#sign(event);
        break;
      case 'tool_call':
        this.#call(event);
        break;
      case 'tool_arguments': {
        const call = this.#calls.get(event.call);
        if (!call) throw new DialectError('Arguments came of a tool call that had not begun.');
        call.add(event.text);
        break;
      }
      case 'produced_image':
        this.#closeBlock();
        this.#open(imageItem(this.#place('ig'), event)).close('completed');
        break;
      case 'finish':
        this.#finishWith(event.finish);
        break;
    }
  }

  #openMessage(): MessageItem {
    if (!this.#message) {
      this.#closeBlock();
      this.#message = this.#open(messageItem(this.#place('msg')));
    }
    return this.#message;
  }

  /** Tokens that are no text have no place for their probabilities. */
  #rate(tokens: readonly TokenLogprob[]): void {
    if (!this.#message?.rate(tokens)) this.#earlyTokens.push(...tokens);
  }

  #reason({ text, summary = false, part }: ReasoningEvent): void {
    if (!this.#reasoning?.continues(summary, part)) {
      this.#closeBlock();
      this.#reasoning = this.#open(reasoningItem(this.#place('rs'), { summary, part }));
    }
    this.#reasoning.add(text);
  }

  /** Of the reasoning under way, unless that is signed already. */
  #sign(event: SignatureEvent): void {
    if (this.#reasoning?.sign(event)) return;
    this.#closeBlock();
    const item = this.#open(reasoningItem(this.#place('rs'), undefined));
    item.sign(event);
    item.close('completed');
  }

  #call({ call, id, name, signature }: CallEvent): void {
    this.#closeBlock();
    if (signature) this.#open(callSignatureItem(this.#place('rs'), id, signature)).close('completed');
    this.#calls.set(call, this.#open(callItem(this.#place('fc'), id, name)));
  }

  #place(kind: string): Place {
    const outputIndex = this.#items.length;
    return { id: `${kind}_${this.#context.requestId}_${outputIndex}`, outputIndex, emit: this.#emit };
  }

  #open<I extends OutputItem>(item: I): I {
    this.#items.push(item);
    item.open();
    return item;
  }

  #closeBlock(status: 'completed' | 'incomplete' = 'completed'): void {
    this.#message?.close(status);
    this.#reasoning?.close(status);
    this.#message = undefined;
    this.#reasoning = undefined;
  }

  #finishWith(finish: Finish): void {
    this.#finish = finish;
    const status = this.#endOf().status === 'completed' ? 'completed' : 'incomplete';
    this.#closeBlock(status);
    for (const call of this.#calls.values()) call.close(status);
  }
}
