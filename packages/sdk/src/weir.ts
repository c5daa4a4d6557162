import {
  type AccountCall,
  accountClient,
  type AccountInputs,
  type AccountOutputs,
} from './account-client.ts';
import { type CallOptions, ChatCompletions } from './chat-completions.ts';
import { resolveConfiguration, type WeirOptions } from './configuration.ts';

/** What an account has, in nanoUsd (a billionth of a US dollar) as decimal strings: read them with `BigInt`. */
export type Balance = AccountOutputs['account']['balance'];
/** A model that can be called now, and its price in nanoUsd per million tokens. */
export type Model = AccountOutputs['models']['list'][number];
/** One request: what it used and what it cost. */
export type UsageRow = AccountOutputs['usage']['get'];
/** Requests, newest first, and the cursor of the next page, or null. */
export type UsagePage = AccountOutputs['usage']['list'];
/** Totals of some days, and of as many days before. */
export type UsageSummary = AccountOutputs['usage']['summary'];
/** Which requests, and how many of them on a page (1–100, by default 50). */
export type UsageQuery = Exclude<AccountInputs['usage']['list'], void | undefined>;
/** How many days (1–90, by default 30), in which time zone (by default UTC). */
export type UsageSummaryQuery = Exclude<AccountInputs['usage']['summary'], void | undefined>;

/**
 * A client of one gateway, with one API key. Every method throws `WeirError`.
 *
 * ```ts
 * const weir = new Weir({ apiKey: 'sk-weir-…', baseUrl: 'https://api.example.com' });
 * const reply = await weir.chat.completions.create({ model: 'sandbox/echo', messages: [{ role: 'user', content: 'hi' }] });
 * ```
 */
export class Weir {
  readonly chat: { readonly completions: ChatCompletions };
  readonly models: Models;
  readonly account: Account;
  readonly usage: Usage;

  /** @throws {WeirError} `invalid_configuration` when the key or the address is missing. */
  constructor(options: WeirOptions = {}) {
    const configuration = resolveConfiguration(options);
    const call = accountClient(configuration);
    this.chat = { completions: new ChatCompletions(configuration) };
    this.models = new Models(call);
    this.account = new Account(call);
    this.usage = new Usage(call);
  }
}

/** What can be called. */
export class Models {
  readonly #call: AccountCall;

  /** @internal */
  constructor(call: AccountCall) {
    this.#call = call;
  }

  list(options?: CallOptions): Promise<Model[]> {
    return this.#call((client, signal) => client.models.list.query(undefined, signal), options);
  }
}

/** The account that the key belongs to. */
export class Account {
  readonly #call: AccountCall;

  /** @internal */
  constructor(call: AccountCall) {
    this.#call = call;
  }

  balance(options?: CallOptions): Promise<Balance> {
    return this.#call((client, signal) => client.account.balance.query(undefined, signal), options);
  }
}

/** What the account's requests used and cost. */
export class Usage {
  readonly #call: AccountCall;

  /** @internal */
  constructor(call: AccountCall) {
    this.#call = call;
  }

  /** One page of requests, newest first. */
  list(query: UsageQuery = {}, options?: CallOptions): Promise<UsagePage> {
    return this.#call((client, signal) => client.usage.list.query(query, signal), options);
  }

  /** Every page from `query.cursor` on; the next one is asked for when the loop comes to it. */
  async *pages(query: UsageQuery = {}, options?: CallOptions): AsyncGenerator<UsagePage, void, undefined> {
    let { cursor } = query;
    for (;;) {
      const page = await this.list({ ...query, ...(cursor !== undefined && { cursor }) }, options);
      yield page;
      if (page.nextCursor === null) return;
      cursor = page.nextCursor;
    }
  }

  /** One request by its id. @throws {WeirError} `not_found`. */
  get(requestId: string, options?: CallOptions): Promise<UsageRow> {
    return this.#call((client, signal) => client.usage.get.query({ requestId }, signal), options);
  }

  summary(query: UsageSummaryQuery = {}, options?: CallOptions): Promise<UsageSummary> {
    return this.#call((client, signal) => client.usage.summary.query(query, signal), options);
  }
}
