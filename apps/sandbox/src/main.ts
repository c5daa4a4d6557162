import { readSettings, SettingsError } from '@weir/settings/read';
import { pino } from 'pino';
import { buildSandbox } from './server.ts';
import { sandboxSettings } from './settings.ts';

const settings = settingsOrExit();
const logger = pino({ level: settings.LOG_LEVEL, name: 'sandbox' });
const sandbox = buildSandbox({ logger });

// 'disconnect' comes when the process that started this one is gone. Nothing here is worth draining.
for (const event of ['SIGINT', 'SIGTERM', 'disconnect'] as const) process.once(event, () => void stop());

try {
  const address = await sandbox.listen({ port: settings.SANDBOX_PORT, host: settings.WEIR_LISTEN_HOST });
  logger.info({ address }, 'simulated vendor is listening');
} catch (error) {
  logger.fatal({ error }, `cannot listen on port ${settings.SANDBOX_PORT}; set SANDBOX_PORT to a free one`);
  process.exit(1);
}

async function stop(): Promise<void> {
  await sandbox.close();
  process.exit(0);
}

function settingsOrExit() {
  try {
    return readSettings(sandboxSettings);
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return process.exit(1);
  }
}
