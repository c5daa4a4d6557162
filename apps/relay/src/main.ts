import cluster from 'node:cluster';
import { SettingsError } from '@weir/settings/read';
import { readConfig, type Config } from './config.ts';
import { serve } from './serve.ts';
import { superviseWorkers } from './supervise-workers.ts';

async function main(): Promise<void> {
  const config = configOrExit();
  if (cluster.isPrimary && config.WEIR_RELAY_WORKERS > 1) {
    superviseWorkers(config.WEIR_RELAY_WORKERS);
    return;
  }
  const relay = await serve(config);
  let stopping = false;
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    relay.stop().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  // The parent, where there is one, holds the channel open for as long as it lives.
  for (const sign of ['SIGINT', 'SIGTERM', 'disconnect']) process.on(sign, stop);
}

function configOrExit(): Config {
  try {
    return readConfig();
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(2);
  }
}

await main();
