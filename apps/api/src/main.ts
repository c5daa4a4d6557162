import { pino } from 'pino';
import { readConfig } from './config.ts';
import { endOnUncaught } from '@weir/settings/end-on-uncaught';
import { explainFailure } from '@weir/core/failures';
import { startApi } from './start-api.ts';

endOnUncaught();

/** A signal, or the end of the process that started this one. Listened for from the first moment on. */
const stopRequested = new Promise<void>((resolve) => {
  for (const event of ['SIGINT', 'SIGTERM', 'disconnect']) process.on(event, () => resolve());
});

try {
  const config = readConfig();
  const log = pino({ name: 'api', level: config.LOG_LEVEL });
  const api = await startApi(config, log);
  log.info({ url: api.url }, 'The api listens.');
  await stopRequested;
  await api.stop();
  log.info('The api has stopped.');
} catch (error) {
  process.stderr.write(`${explainFailure(error, 'API_PORT')}\n`);
  // What has been opened by now would keep alive what can't start; whoever supervises it starts it again.
  process.exit(1);
}
// An open channel to the parent would keep this process alive.
if (process.connected) process.disconnect?.();
