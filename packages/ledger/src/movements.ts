/** A request that has left `held`, and what it says to the counters. */
export interface Closed {
  readonly accountId: string;
  readonly keyId: string;
  readonly modelId: string;
  /** The hour in which it was made, counted from that of Unix time 0. */
  readonly hour: number;
  readonly holdNanoUsd: bigint;
  readonly chargeNanoUsd: bigint;
  /** It gave its caller nothing, through no choice of the caller's. */
  readonly failed: boolean;
  readonly inputTokens?: number | undefined;
  readonly cachedInputTokens?: number | undefined;
  readonly outputTokens?: number | undefined;
  readonly reasoningTokens?: number | undefined;
  readonly firstByteMs?: number | undefined;
  /** What it used, less what its hold had counted, and the minute of the hold. */
  readonly recounted?: { readonly minute: number; readonly tokens: number } | undefined;
}

type Held = Pick<Closed, 'accountId' | 'keyId' | 'holdNanoUsd'> & {
  readonly countedTokens?: number | undefined;
  readonly usesPreviousSecret?: boolean | undefined;
};

/** What a transaction adds to the counters of an account or of a key. */
export class Moved {
  readonly id: string;
  heldNanoUsd = 0n;
  chargedNanoUsd = 0n;
  /** Calls that began less those that ended. */
  running = 0;
  /** The most that was taken at a time, and the most that ran: with each hold made, and none of them closed yet. */
  neededNanoUsd = 0n;
  runningMost = 0;
  /** Calls that began. */
  begun = 0;
  /** To be counted in the present minute. */
  tokens = 0;
  /** Not used after all, of what was counted in `returnedMinute`; counts only while that is the present one. */
  returnedTokens = 0;
  returnedMinute = 0;
  /** Of calls that began and ended in the same transaction: tokens that they used beyond those counted; may be negative. */
  usedBeyond = 0;
  /** Whether a call came with the secret that a rotation replaced. */
  usedPrevious = false;

  constructor(id: string) {
    this.id = id;
  }

  /** What is no longer there to be spent. */
  get takenNanoUsd(): bigint {
    return this.heldNanoUsd + this.chargedNanoUsd;
  }

  /** What is added to the tokens of a minute, should it be the present one. */
  tokensIn(minute: number): number {
    return this.tokens - (minute === this.returnedMinute ? this.returnedTokens : 0);
  }

  /** More counts when it is known; less is given back to the minute that had counted it, of which only the newest can go on. */
  recount({ minute, tokens }: NonNullable<Closed['recounted']>): void {
    if (tokens >= 0) {
      this.tokens += tokens;
      return;
    }
    if (minute > this.returnedMinute) {
      this.returnedMinute = minute;
      this.returnedTokens = 0;
    }
    if (minute === this.returnedMinute) this.returnedTokens -= tokens;
  }
}

/** What a transaction adds to a roll-up of usage. */
export interface Used {
  readonly accountId: string;
  readonly keyId: string;
  readonly modelId: string;
  readonly hour: number;
  requests: number;
  failed: number;
  inputTokens: number;
  cachedInputTokens: number;
  outputTokens: number;
  reasoningTokens: number;
  chargeNanoUsd: bigint;
  firstByteMsSum: number;
  firstByteCount: number;
}

/** All that a transaction adds to counters and roll-ups; nothing is written yet. */
export class Movements {
  readonly #accounts = new Map<string, Moved>();
  readonly #keys = new Map<string, Moved>();
  /** By key: nearly always one. */
  readonly #usage = new Map<string, Used[]>();

  get accounts(): Iterable<Moved> {
    return this.#accounts.values();
  }

  get keys(): Iterable<Moved> {
    return this.#keys.values();
  }

  get usage(): Iterable<Used> {
    return [...this.#usage.values()].flat();
  }

  account(id: string): Readonly<Moved> {
    return this.#accounts.get(id) ?? UNMOVED;
  }

  key(id: string): Readonly<Moved> {
    return this.#keys.get(id) ?? UNMOVED;
  }

  hold({ accountId, keyId, holdNanoUsd, countedTokens = 0, usesPreviousSecret = false }: Held): void {
    const both = this.#both(accountId, keyId);
    for (const moved of both) {
      moved.heldNanoUsd += holdNanoUsd;
      moved.running++;
      moved.begun++;
      moved.neededNanoUsd = moved.takenNanoUsd;
      moved.runningMost = moved.running;
    }
    const [, key] = both;
    key.tokens += countedTokens;
    key.usedPrevious ||= usesPreviousSecret;
  }

  /** Comes before the holds of the same transaction. */
  close(closed: Closed): void {
    const [, key] = this.#release(closed);
    if (closed.recounted) key.recount(closed.recounted);
  }

  /** Closes a hold of the same transaction; comes after all of them. */
  finish(closed: Closed): void {
    const [, key] = this.#release(closed);
    key.usedBeyond += closed.recounted?.tokens ?? 0;
  }

  /** A charge of a call that has been closed already. */
  chargeLate({
    accountId,
    keyId,
    chargeNanoUsd,
  }: Pick<Closed, 'accountId' | 'keyId' | 'chargeNanoUsd'>): void {
    for (const moved of this.#both(accountId, keyId)) moved.chargedNanoUsd += chargeNanoUsd;
  }

  #release(closed: Closed): [Moved, Moved] {
    const { accountId, keyId, holdNanoUsd, chargeNanoUsd } = closed;
    const both = this.#both(accountId, keyId);
    for (const moved of both) {
      moved.heldNanoUsd -= holdNanoUsd;
      moved.chargedNanoUsd += chargeNanoUsd;
      moved.running--;
    }
    count(this.#usedBy(closed), closed);
    return both;
  }

  #both(accountId: string, keyId: string): [Moved, Moved] {
    return [movedOf(this.#accounts, accountId), movedOf(this.#keys, keyId)];
  }

  #usedBy({ accountId, keyId, modelId, hour }: Closed): Used {
    let ofKey = this.#usage.get(keyId);
    if (!ofKey) this.#usage.set(keyId, (ofKey = []));
    let used = ofKey.find((one) => one.modelId === modelId && one.hour === hour);
    if (!used) {
      used = {
        accountId,
        keyId,
        modelId,
        hour,
        requests: 0,
        failed: 0,
        inputTokens: 0,
        cachedInputTokens: 0,
        outputTokens: 0,
        reasoningTokens: 0,
        chargeNanoUsd: 0n,
        firstByteMsSum: 0,
        firstByteCount: 0,
      };
      ofKey.push(used);
    }
    return used;
  }
}

function count(used: Used, closed: Closed): void {
  used.requests++;
  if (closed.failed) used.failed++;
  used.inputTokens += closed.inputTokens ?? 0;
  used.cachedInputTokens += closed.cachedInputTokens ?? 0;
  used.outputTokens += closed.outputTokens ?? 0;
  used.reasoningTokens += closed.reasoningTokens ?? 0;
  used.chargeNanoUsd += closed.chargeNanoUsd;
  if (closed.firstByteMs === undefined) return;
  used.firstByteMsSum += closed.firstByteMs;
  used.firstByteCount++;
}

const UNMOVED = new Moved('');

function movedOf(moved: Map<string, Moved>, id: string): Moved {
  let one = moved.get(id);
  if (!one) moved.set(id, (one = new Moved(id)));
  return one;
}
