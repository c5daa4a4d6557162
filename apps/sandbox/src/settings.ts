import { logLevel, port } from '@weir/settings/fields';
import { z } from 'zod';

/** The environment variables that the sandbox reads. */
export const sandboxSettings = z.object({
  SANDBOX_PORT: port(8789),
  WEIR_LISTEN_HOST: z.string().default('127.0.0.1').meta({ example: '127.0.0.1' }),
  LOG_LEVEL: logLevel,
});
