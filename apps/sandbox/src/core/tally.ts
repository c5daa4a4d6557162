/** How many of the latest requests the tally keeps one by one. */
export const TALLY_ENTRIES_MAX = 10_000;

/** `faulted`: the sandbox failed on purpose. `cancelled`: the client went before the reply was whole. */
export type ServedOutcome = 'completed' | 'cancelled' | 'faulted';

/** One request as the vendor saw it: numbers only, nothing of what was said. */
export interface TallyEntry {
  /** The reply's id, by which its protocol can be told: `chatcmpl-…`, `msg_…`. */
  id: string;
  /** The request's header `x-sandbox-request`, or the name that its body says. */
  requestName: string | null;
  model: string;
  streamed: boolean;
  outcome: ServedOutcome | 'open';
  /** Content events sent; for a JSON reply 0. */
  events: number;
  /** What the vendor would bill: 0 for a request that it refused. */
  inputTokens: number;
  /** Of what was sent, as far as it was sent; thinking among it, be it shown or not. */
  outputTokens: number;
  startedAt: string;
  /** ISO 8601; of a cancelled request, when the disconnect was noticed. */
  endedAt: string | null;
}

/** Sums over all requests that were understood, and the latest of them one by one, oldest first. */
export interface TallySnapshot {
  requests: number;
  completed: number;
  cancelled: number;
  faulted: number;
  inputTokens: number;
  outputTokens: number;
  recent: TallyEntry[];
}

/** The sandbox's own account of what it served, to be compared with a gateway's ledger. */
export class Tally {
  readonly #totals = { requests: 0, completed: 0, cancelled: 0, faulted: 0, inputTokens: 0, outputTokens: 0 };
  readonly #recent: TallyEntry[] = [];
  readonly #onServed: (entry: Readonly<TallyEntry>) => void;

  /** @param onServed is called once per request, when its reply is over in whatever way. */
  constructor(onServed: (entry: Readonly<TallyEntry>) => void) {
    this.#onServed = onServed;
  }

  begin(request: Pick<TallyEntry, 'id' | 'requestName' | 'model' | 'streamed'>): TallyEntry {
    const entry: TallyEntry = {
      ...request,
      outcome: 'open',
      events: 0,
      inputTokens: 0,
      outputTokens: 0,
      startedAt: new Date().toISOString(),
      endedAt: null,
    };
    this.#totals.requests++;
    this.#recent.push(entry);
    if (this.#recent.length > TALLY_ENTRIES_MAX) this.#recent.shift();
    return entry;
  }

  end(entry: TallyEntry, outcome: ServedOutcome, tokens: { input: number; output: number }): void {
    entry.outcome = outcome;
    entry.inputTokens = tokens.input;
    entry.outputTokens = tokens.output;
    entry.endedAt = new Date().toISOString();
    this.#totals[outcome]++;
    this.#totals.inputTokens += tokens.input;
    this.#totals.outputTokens += tokens.output;
    this.#onServed(entry);
  }

  /** The entries of that name, or whose names begin so; the sums stay those of all. */
  snapshot({ name, prefix }: { name?: string | undefined; prefix?: string | undefined } = {}): TallySnapshot {
    const recent = this.#recent.filter(
      ({ requestName }) =>
        (name === undefined || requestName === name) &&
        (prefix === undefined || requestName?.startsWith(prefix) === true),
    );
    return { ...this.#totals, recent: structuredClone(recent) };
  }
}
