import { setTimeout as delay } from 'node:timers/promises';
import { describeFailure } from '@weir/core/failures';
import { answeredWithin } from '@weir/db/answered-within';
import type { SqlDatabase } from '@weir/db/sql';
import type { Logger } from 'pino';
import type { CapturedCall } from './captures.ts';
import { countDropped, writeRecord } from './write-record.ts';

/** A database that takes longer is taken for one that is away. */
const WRITE_TIMEOUT_MS = 2_000;
const RETRY_MS = 1_000;

export interface CaptureQueueOptions {
  readonly database: SqlDatabase;
  readonly recordsMax: number;
  /** A call is written or dropped: its bytes are not needed any more. */
  readonly onDone: (call: CapturedCall) => void;
  readonly log: Logger;
}

/**
 * Captured calls that wait to be written, one at a time. What the database does not take is dropped, and counted as soon
 * as it is back.
 */
export class CaptureQueue {
  readonly #options: CaptureQueueOptions;
  readonly #waiting: CapturedCall[] = [];
  /** Calls that were dropped and are not yet counted, by capture. */
  readonly #dropped = new Map<string, number>();
  readonly #stopping = new AbortController();
  #work: Promise<void> | undefined;
  #isAway = false;

  constructor(options: CaptureQueueOptions) {
    this.#options = options;
  }

  push(call: CapturedCall): void {
    this.#waiting.push(call);
    this.#start();
  }

  /** A call of this capture could not be kept. */
  drop(captureId: string): void {
    this.#note(captureId, 1);
    this.#start();
  }

  /** Writes what is there; gives up at the first failure. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#work;
  }

  get #hasWork(): boolean {
    return this.#waiting.length > 0 || this.#dropped.size > 0;
  }

  #start(): void {
    this.#work ??= this.#workOff().finally(() => {
      this.#work = undefined;
      if (this.#hasWork && !this.#stopping.signal.aborted) this.#start();
    });
  }

  async #workOff(): Promise<void> {
    const { log } = this.#options;
    const { signal } = this.#stopping;
    while (this.#hasWork) {
      try {
        const call = this.#waiting.shift();
        if (call) await this.#write(call);
        await this.#count();
        this.#isAway = false;
      } catch (thrown) {
        if (!this.#isAway) {
          log.warn(describeFailure(thrown), 'Captured calls can’t be written; they are dropped.');
        }
        this.#isAway = true;
        if (signal.aborted) return;
        await delay(RETRY_MS, undefined, { signal }).catch(() => {});
      }
    }
  }

  async #write(call: CapturedCall): Promise<void> {
    const { database, recordsMax, onDone } = this.#options;
    const { captureId } = call.target;
    try {
      const isWritten = await answeredWithin(WRITE_TIMEOUT_MS, writeRecord(database, call, recordsMax));
      if (!isWritten) this.#note(captureId, 1);
    } catch (thrown) {
      this.#note(captureId, 1);
      throw thrown;
    } finally {
      onDone(call);
    }
  }

  async #count(): Promise<void> {
    for (const [captureId, calls] of this.#dropped) {
      this.#dropped.delete(captureId);
      try {
        await answeredWithin(WRITE_TIMEOUT_MS, countDropped(this.#options.database, captureId, calls));
      } catch (thrown) {
        this.#note(captureId, calls);
        throw thrown;
      }
    }
  }

  #note(captureId: string, calls: number): void {
    this.#dropped.set(captureId, (this.#dropped.get(captureId) ?? 0) + calls);
  }
}
