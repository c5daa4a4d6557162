import { connectSql } from '@weir/db/sql';
import type { Logger } from 'pino';
import type { Config } from '../config.ts';
import { ByteBudget } from './bounded-bytes.ts';
import { CaptureQueue } from './capture-queue.ts';
import { Capture, type Captures } from './captures.ts';

type CaptureSettings = Pick<
  Config,
  'WEIR_CAPTURE_BYTES_MAX' | 'WEIR_CAPTURE_RECORDS_MAX' | 'WEIR_CAPTURE_MEMORY_BYTES_MAX'
>;

/** Captures calls into the database at `url`, on a connection of its own: no call waits for it. */
export function openCaptures(url: string, settings: CaptureSettings, log: Logger): Captures {
  const budget = new ByteBudget(settings.WEIR_CAPTURE_MEMORY_BYTES_MAX);
  const database = connectSql(url, {
    applicationName: 'weir relay captures',
    connectionsMax: 1,
    // Below the time that is waited for it: what hangs must not pile up in the driver.
    session: { statement_timeout: '1500ms' },
  });
  const queue = new CaptureQueue({
    database,
    recordsMax: settings.WEIR_CAPTURE_RECORDS_MAX,
    log,
    onDone({ request, reply }) {
      request.clear(budget);
      reply.clear(budget);
    },
  });
  return {
    begin(target, exchange) {
      if (target.endsAtMs <= Date.now()) return undefined;
      return new Capture({
        target,
        exchange,
        bytesMax: settings.WEIR_CAPTURE_BYTES_MAX,
        budget,
        onEnd: (call) => queue.push(call),
        onLost: ({ captureId }) => queue.drop(captureId),
      });
    },
    async stop() {
      await queue.stop();
      await database.close();
    },
  };
}
