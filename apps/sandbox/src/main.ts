import { explainFailure } from '@weir/core/failures';
import { readSettings } from '@weir/settings/read';
import { pino } from 'pino';
import { buildSandbox } from './server.ts';
import { sandboxSettings } from './settings.ts';

/** A signal, or the end of the process that started this one. Nothing here is worth draining. */
const stopRequested = new Promise<void>((resolve) => {
  for (const event of ['SIGINT', 'SIGTERM', 'disconnect']) process.on(event, () => resolve());
});

try {
  const settings = readSettings(sandboxSettings);
  const logger = pino({ level: settings.LOG_LEVEL, name: 'sandbox' });
  const sandbox = buildSandbox({
    logger,
    arrival: { headersMs: settings.WEIR_HEADERS_TIMEOUT_MS, requestMs: settings.WEIR_REQUEST_TIMEOUT_MS },
  });
  const address = await sandbox.listen({ port: settings.SANDBOX_PORT, host: settings.WEIR_LISTEN_HOST });
  logger.info({ address }, 'simulated vendor is listening');
  await stopRequested;
  await sandbox.close();
} catch (error) {
  process.stderr.write(`${explainFailure(error, 'SANDBOX_PORT')}\n`);
  process.exitCode = 1;
}
// An open channel to the parent would keep this process alive.
if (process.connected) process.disconnect?.();
