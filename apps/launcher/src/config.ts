import { dataDir, databaseUrl, nodeEnv, port } from '@weir/settings/fields';
import { readSettings } from '@weir/settings/read';
import { z } from 'zod';

const schema = z.object({
  RELAY_PORT: port(8787),
  API_PORT: port(8788),
  WEB_PORT: port(3000),
  SANDBOX_PORT: port(8789),
  WEIR_LISTEN_HOST: z.string().default('127.0.0.1').meta({ example: '0.0.0.0' }),
  WEIR_DATA_DIR: dataDir,
  DATABASE_URL: databaseUrl,
  NODE_ENV: nodeEnv,
});

export type Config = z.output<typeof schema>;

/** @throws {SettingsError} */
export function readConfig(): Config {
  return readSettings(schema);
}
