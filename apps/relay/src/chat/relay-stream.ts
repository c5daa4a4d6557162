import type { StreamEvent, StreamMeter } from '@weir/dialects/dialect';
import { SSE_EVENT_BYTES_MAX, sseReader, type SseBatch } from '@weir/dialects/sse';
import type { ClientReply } from '../http/client-reply.ts';
import type { Candidate } from './choose-route.ts';
import type { Ending } from './ending.ts';
import type { Upstream } from './open-upstream.ts';
import { cutOff, endingOfThrown, invalidReply, vendorFailed } from './stream-failure.ts';
import type { Watchdog } from './watchdog.ts';

export interface StreamRelay {
  readonly upstream: Upstream;
  readonly client: ClientReply;
  readonly meter: StreamMeter;
  readonly watchdog: Watchdog;
  /** Whether the client asked for the event that carries only the usage. */
  readonly usageWanted: boolean;
  /** The output limit, in tokens, if it is the caller's credit that set it. */
  readonly creditLimitTokens: number | undefined;
}

/**
 * Passes the vendor's bytes on as they came, at the client's pace, and lets the meter read along. Kept back is what makes
 * the reply complete, until the charge is durable, and a usage event that the client did not ask for. Goes on without
 * a client until the watchdog ends it. Never throws.
 */
export async function relayStream(relay: StreamRelay): Promise<Ending> {
  const { upstream, client, meter, watchdog } = relay;
  const reader = sseReader(meter);
  const passing = new Passing(relay);
  try {
    await upstream.body.forEach((chunk) => {
      const batch = reader.push(chunk);
      if (batch.bytes.length > 0) watchdog.alive();
      return passing.take(batch);
    });
    if (!passing.ending) await passing.take(reader.end());
    return passing.ending ?? passing.end();
  } catch (thrown) {
    return passing.isComplete ? passing.end() : endingOfThrown(thrown, client, watchdog);
  }
}

/** What would still come after a reply that is complete is nothing to wait for, or to keep. */
const KEPT_BYTES_MAX = 2 * SSE_EVENT_BYTES_MAX;

class Passing {
  readonly #relay: StreamRelay;
  /** What ends the reply, in a dialect without a terminator. */
  #kept: Buffer[] | undefined;
  #keptBytes = 0;
  #ending: Ending | undefined;

  constructor(relay: StreamRelay) {
    this.#relay = relay;
  }

  /** Nothing is missing, unless more comes. */
  get isComplete(): boolean {
    return this.#kept !== undefined;
  }

  /** How the stream ended, if an event said so. */
  get ending(): Ending | undefined {
    return this.#ending;
  }

  /** @returns whether nothing more is wanted. */
  take(batch: SseBatch<StreamEvent>): boolean | Promise<boolean> {
    if (batch.events.length > 0) return this.#passOn(batch);
    // Nearly every batch.
    const blocked = this.#write(batch.bytes);
    return blocked ? this.#rest(blocked) : this.#isFull;
  }

  get #isFull(): boolean {
    return this.#keptBytes > KEPT_BYTES_MAX;
  }

  async #rest(blocked: Promise<void>): Promise<boolean> {
    await this.#relay.watchdog.restUntil(blocked);
    return this.#isFull;
  }

  /** @returns as `ClientReply.write`. */
  #write(bytes: Buffer): Promise<void> | undefined {
    if (!this.#kept) return this.#relay.client.write(bytes);
    this.#kept.push(bytes);
    this.#keptBytes += bytes.length;
    return undefined;
  }

  async #passOn({ bytes, events }: SseBatch<StreamEvent>): Promise<boolean> {
    const { client, usageWanted, upstream } = this.#relay;
    let passed = 0;
    for (const { data, reading: event, start, end } of events) {
      const { kind } = event;
      const marked = this.#marked(data, bytes.subarray(start, end));
      const passes = kind === 'content' || kind === 'last' || (kind === 'usage' && usageWanted);
      if (passes && !marked && kind !== 'last' && !this.#kept) continue;
      await this.#deliver(bytes.subarray(passed, start));
      passed = end;
      const own = marked ?? bytes.subarray(start, end);
      if (kind === 'last') this.#kept ??= [];
      if (kind === 'content') await this.#release();
      if (passes) await this.#deliver(own);
      const ending = endingOf(event, own, upstream.candidate);
      if (ending) {
        this.#ending = client.gone ? { outcome: 'client_closed' } : ending;
        return true;
      }
    }
    await this.#deliver(bytes.subarray(passed));
    return this.#isFull;
  }

  /** The vendor has sent all of it. */
  end(): Ending {
    if (!this.#kept) return cutOff();
    return this.#relay.client.gone
      ? { outcome: 'client_closed' }
      : { outcome: 'ok', lastBytes: Buffer.concat(this.#kept) };
  }

  /** The reply goes on after all. */
  async #release(): Promise<void> {
    const kept = this.#kept;
    this.#kept = undefined;
    this.#keptBytes = 0;
    for (const bytes of kept ?? []) await this.#deliver(bytes);
  }

  /** @returns what is to be waited for, if anything. */
  #deliver(bytes: Buffer): Promise<void> | undefined {
    const blocked = this.#write(bytes);
    return blocked && this.#relay.watchdog.restUntil(blocked);
  }

  /** @returns undefined for an event that says nothing of an output limit that the credit set. */
  #marked(data: string, event: Buffer): Buffer | undefined {
    const { creditLimitTokens, upstream } = this.#relay;
    if (creditLimitTokens === undefined) return undefined;
    const json = upstream.format.markOutputLimit(data, creditLimitTokens);
    return json === undefined ? undefined : Buffer.from(event.toString().replace(data, () => json));
  }
}

function endingOf(event: StreamEvent, bytes: Buffer, vendor: Candidate): Ending | undefined {
  switch (event.kind) {
    case 'content':
    case 'usage':
    case 'last':
      return undefined;
    case 'terminator':
      return { outcome: 'ok', lastBytes: bytes };
    case 'error':
      return vendorFailed(event.error, vendor);
    case 'garbage':
      return invalidReply('sent something that is no part of a reply');
  }
}
