import { logLevel, port } from '@weir/settings/fields';
import { headersTimeoutMs, requestTimeoutMs } from '@weir/settings/http-limits';
import { z } from 'zod';

/** The environment variables that the sandbox reads. */
export const sandboxSettings = z.object({
  SANDBOX_PORT: port(8789),
  WEIR_LISTEN_HOST: z.string().default('127.0.0.1').meta({ example: '127.0.0.1' }),
  WEIR_HEADERS_TIMEOUT_MS: headersTimeoutMs,
  WEIR_REQUEST_TIMEOUT_MS: requestTimeoutMs,
  LOG_LEVEL: logLevel,
});
