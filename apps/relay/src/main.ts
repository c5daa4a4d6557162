import cluster from 'node:cluster';
import { setFlagsFromString } from 'node:v8';
import { endOnUncaught } from '@weir/settings/end-on-uncaught';
import { explainFailure } from '@weir/core/failures';
import { readConfig } from './config.ts';
import { serve } from './serve.ts';
import { superviseWorkers } from './supervise-workers.ts';

endOnUncaught();

/*
 * Where V8 sees many objects outlive a young collection, it makes the next ones among those that are old, where they stay
 * until the next full collection and keep alive whatever they led to. A call’s objects live for as long as the call does.
 */
setFlagsFromString('--no-allocation-site-pretenuring');

/** A signal, or the end of the process that started this one. Listened for from the first moment on. */
const stopRequested = new Promise<void>((resolve) => {
  for (const event of ['SIGINT', 'SIGTERM', 'disconnect']) process.on(event, () => resolve());
});

async function main(): Promise<void> {
  const config = readConfig();
  if (cluster.isPrimary && config.WEIR_RELAY_WORKERS > 1) {
    await superviseWorkers(config, stopRequested);
    return;
  }
  const relay = await serve(config);
  await stopRequested;
  await relay.stop();
}

try {
  await main();
} catch (error) {
  process.stderr.write(`${explainFailure(error, 'RELAY_PORT')}\n`);
  // What has been opened by now would keep alive what can't start; whoever supervises it starts it again.
  process.exit(1);
}
// An open channel to the parent would keep this process alive.
if (process.connected) process.disconnect?.();
