import { setTimeout as delay } from 'node:timers/promises';
import { describeFailure } from '@weir/core/failures';
import { answeredWithin } from '@weir/db/answered-within';
import { connectSql } from '@weir/db/sql';
import type { Logger } from 'pino';
import type { Config } from '../config.ts';
import { ByteBudget } from './bounded-bytes.ts';
import { Capture, type CapturedCall, type Captures } from './captures.ts';
import { countDropped, writeRecord } from './write-record.ts';

type CaptureSettings = Pick<
  Config,
  'WEIR_CAPTURE_BYTES_MAX' | 'WEIR_CAPTURE_RECORDS_MAX' | 'WEIR_CAPTURE_MEMORY_BYTES_MAX'
>;

/** A database that takes longer is taken for one that is away. */
const WRITE_TIMEOUT_MS = 2_000;
const RETRY_MS = 1_000;

/**
 * Keeps captured calls until they are written, one at a time and on a connection of their own: no call waits for it. What
 * there is no room for, and what the database does not take, is dropped, and counted as soon as the database is back.
 */
export function openCaptures(url: string, settings: CaptureSettings, log: Logger): Captures {
  const { WEIR_CAPTURE_BYTES_MAX: bytesMax, WEIR_CAPTURE_RECORDS_MAX: recordsMax } = settings;
  const budget = new ByteBudget(settings.WEIR_CAPTURE_MEMORY_BYTES_MAX);
  const database = connectSql(url, { applicationName: 'weir relay captures', connectionsMax: 1 });
  const waiting: CapturedCall[] = [];
  /** Calls that were dropped and are not yet counted, by capture. */
  const dropped = new Map<string, number>();
  const stopping = new AbortController();
  let work: Promise<void> | undefined;
  let isAway = false;

  const hasWork = (): boolean => waiting.length > 0 || dropped.size > 0;
  const drop = (captureId: string): void => void dropped.set(captureId, (dropped.get(captureId) ?? 0) + 1);

  async function write(call: CapturedCall): Promise<void> {
    const { captureId } = call.target;
    try {
      if (!(await answeredWithin(WRITE_TIMEOUT_MS, writeRecord(database, call, recordsMax)))) drop(captureId);
    } catch (thrown) {
      drop(captureId);
      throw thrown;
    } finally {
      call.request.clear(budget);
      call.reply.clear(budget);
    }
  }

  async function count(): Promise<void> {
    for (const [captureId, calls] of dropped) {
      dropped.delete(captureId);
      try {
        await answeredWithin(WRITE_TIMEOUT_MS, countDropped(database, captureId, calls));
      } catch (thrown) {
        dropped.set(captureId, (dropped.get(captureId) ?? 0) + calls);
        throw thrown;
      }
    }
  }

  async function workOff(): Promise<void> {
    while (hasWork()) {
      try {
        const call = waiting.shift();
        if (call) await write(call);
        await count();
        isAway = false;
      } catch (thrown) {
        if (!isAway) log.warn(describeFailure(thrown), 'Captured calls can’t be written; they are dropped.');
        isAway = true;
        if (stopping.signal.aborted) return;
        await delay(RETRY_MS, undefined, { signal: stopping.signal }).catch(() => {});
      }
    }
  }

  const start = (): void => {
    work ??= workOff().finally(() => {
      work = undefined;
      if (hasWork() && !stopping.signal.aborted) start();
    });
  };

  return {
    begin(target, exchange) {
      if (target.endsAtMs <= Date.now()) return undefined;
      return new Capture({
        target,
        exchange,
        bytesMax,
        budget,
        onEnd(call) {
          waiting.push(call);
          start();
        },
        onLost({ captureId }) {
          drop(captureId);
          start();
        },
      });
    },
    async stop() {
      stopping.abort();
      await work;
      await database.close();
    },
  };
}
