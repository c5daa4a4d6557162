import { chargeNanoUsd } from '@weir/catalog/charge';
import type { Model, PlaygroundKey } from './api-types.ts';
import {
  ChatError,
  estimateTokens,
  streamChat,
  type ChatCall,
  type ChatEvent,
  type UsedParts,
} from './chat-stream.ts';
import { priceOf } from './price.ts';

export interface Reply {
  model: string;
  text: string;
  /** Exact once the relay has said so; estimated while the reply comes. */
  inputTokens: number;
  outputTokens: number;
  /** Of these tokens, those that may have a price of their own; known at the end. */
  parts: UsedParts;
  isExact: boolean;
  chargeNanoUsd: bigint;
  firstByteMs: number | undefined;
  finishReason: string | undefined;
  /** `stopped`: by the person. */
  end: 'running' | 'done' | 'stopped' | 'failed';
  error: string | undefined;
}

export interface Turn {
  id: number;
  prompt: string;
  reply: Reply;
}

interface PlaygroundOptions {
  relayUrl: string;
  fetchKey: () => Promise<PlaygroundKey>;
  texts: { truncated: () => string; unreachable: () => string };
}

/** A new key is fetched this long before the old one ends. */
const KEY_MARGIN_MS = 60_000;
const OUTPUT_TOKENS_DEFAULT = 512;
const KEY_GONE: ReadonlySet<string | undefined> = new Set([
  'api_key_revoked',
  'api_key_expired',
  'invalid_api_key',
]);

/** A conversation with a model, in this page's memory and nowhere else. */
export class Playground {
  model = $state<Model>();
  system = $state('');
  maxTokens = $state<number | undefined>(OUTPUT_TOKENS_DEFAULT);
  temperature = $state<number | undefined>(undefined);
  draft = $state('');
  turns = $state<Turn[]>([]);
  readonly isRunning = $derived(this.turns.at(-1)?.reply.end === 'running');
  readonly totalNanoUsd = $derived(this.turns.reduce((sum, { reply }) => sum + reply.chargeNanoUsd, 0n));
  readonly totalTokens = $derived(
    this.turns.reduce((sum, { reply }) => sum + reply.inputTokens + reply.outputTokens, 0),
  );
  readonly isExact = $derived(this.turns.every(({ reply }) => reply.isExact));
  readonly #options: PlaygroundOptions;
  #key: PlaygroundKey | undefined;
  #abort: AbortController | undefined;
  #nextId = 0;

  constructor(options: PlaygroundOptions) {
    this.#options = options;
  }

  /** The call that is being written, else the last one that was made, else one that says `hello`. */
  messagesToShow(hello: string): ChatCall['messages'] {
    const draft = this.draft.trim();
    const last = this.turns.at(-1);
    if (draft !== '' || last === undefined) return this.#messages(draft || hello, this.turns);
    return this.#messages(last.prompt, this.turns.slice(0, -1));
  }

  #messages(prompt: string, turns: readonly Turn[]): ChatCall['messages'] {
    const answered = turns.filter(({ reply }) => reply.text !== '' && reply.end !== 'running');
    return [
      ...(this.system.trim() === '' ? [] : [{ role: 'system' as const, content: this.system.trim() }]),
      ...answered.flatMap(({ prompt: asked, reply }) => [
        { role: 'user' as const, content: asked },
        { role: 'assistant' as const, content: reply.text },
      ]),
      { role: 'user', content: prompt },
    ];
  }

  async send(): Promise<void> {
    const prompt = this.draft.trim();
    const { model } = this;
    if (prompt === '' || model === undefined || this.isRunning) return;
    const messages = this.#messages(prompt, this.turns);
    const inputTokens = messages.reduce((sum, { content }) => sum + estimateTokens(content), 0);
    this.draft = '';
    this.turns.push({ id: this.#nextId++, prompt, reply: newReply(model.modelId, inputTokens) });
    const reply = this.turns.at(-1)?.reply;
    if (reply) await this.#run(reply, model, messages);
  }

  stop(): void {
    this.#abort?.abort();
  }

  clear(): void {
    this.stop();
    this.turns = [];
  }

  async #run(reply: Reply, model: Model, messages: ChatCall['messages']): Promise<void> {
    const abort = (this.#abort = new AbortController());
    try {
      await this.#stream(reply, model, messages, abort.signal);
      reply.end = 'done';
    } catch (thrown) {
      if (abort.signal.aborted) {
        reply.end = 'stopped';
      } else {
        reply.end = 'failed';
        reply.error = thrown instanceof ChatError ? thrown.message : this.#options.texts.unreachable();
        // A reply that never began is not charged.
        if (reply.text === '')
          Object.assign(reply, { inputTokens: 0, outputTokens: 0, chargeNanoUsd: 0n, isExact: true });
      }
    }
  }

  /** Another tab's playground ends this one's key; then a new one is fetched, once. */
  async #stream(
    reply: Reply,
    model: Model,
    messages: ChatCall['messages'],
    signal: AbortSignal,
  ): Promise<void> {
    try {
      await this.#receive(reply, model, messages, signal);
    } catch (thrown) {
      const isKeyGone = thrown instanceof ChatError && KEY_GONE.has(thrown.code);
      if (!isKeyGone || reply.text !== '') throw thrown;
      this.#key = undefined;
      await this.#receive(reply, model, messages, signal);
    }
  }

  async #receive(
    reply: Reply,
    model: Model,
    messages: ChatCall['messages'],
    signal: AbortSignal,
  ): Promise<void> {
    const { relayUrl, texts } = this.#options;
    const { key } = await this.#freshKey();
    const call = {
      relayUrl,
      apiKey: key,
      model: model.modelId,
      messages,
      maxTokens: this.maxTokens,
      temperature: this.temperature,
    };
    const price = priceOf(model);
    const startedMs = performance.now();
    for await (const event of streamChat(call, signal, texts.truncated())) {
      reply.firstByteMs ??= performance.now() - startedMs;
      apply(reply, event);
      reply.chargeNanoUsd = chargeNanoUsd({ ...reply, ...reply.parts }, price, model.marginPpm ?? 0);
    }
  }

  async #freshKey(): Promise<PlaygroundKey> {
    if (this.#key === undefined || Date.parse(this.#key.expiresAt) - KEY_MARGIN_MS < Date.now()) {
      this.#key = await this.#options.fetchKey();
    }
    return this.#key;
  }
}

function newReply(model: string, inputTokens: number): Reply {
  return {
    model,
    text: '',
    inputTokens,
    outputTokens: 0,
    parts: {},
    isExact: false,
    chargeNanoUsd: 0n,
    firstByteMs: undefined,
    finishReason: undefined,
    end: 'running',
    error: undefined,
  };
}

function apply(reply: Reply, event: ChatEvent): void {
  switch (event.type) {
    case 'text':
      reply.text += event.text;
      if (!reply.isExact) reply.outputTokens = estimateTokens(reply.text);
      break;
    case 'finish':
      reply.finishReason = event.reason;
      break;
    case 'usage':
      reply.inputTokens = event.inputTokens;
      reply.outputTokens = event.outputTokens;
      reply.parts = event.parts;
      reply.isExact = true;
      break;
  }
}
