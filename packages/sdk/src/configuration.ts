import { WeirError } from './weir-error.ts';

export interface WeirOptions {
  /** A key of the dashboard, `sk-weir-…`. By default the environment variable `WEIR_API_KEY`. */
  apiKey?: string | undefined;
  /** Where the gateway is, with or without `/v1`: `https://api.example.com`. By default `WEIR_BASE_URL`. */
  baseUrl?: string | undefined;
  /** The longest silence in ms, before the reply and between two pieces of a stream. By default 600,000. */
  timeoutMs?: number | undefined;
  /**
   * How often a call is sent again when it failed in a way that may pass, before the first byte of its reply. By
   * default 2.
   */
  maxRetries?: number | undefined;
  /** Used instead of the global `fetch`. */
  fetch?: typeof globalThis.fetch | undefined;
}

export interface Configuration {
  apiKey: string;
  /** Without `/v1` and without a slash at its end. */
  baseUrl: string;
  timeoutMs: number;
  maxRetries: number;
  fetch: typeof globalThis.fetch;
}

const TIMEOUT_MS = 600_000;
const MAX_RETRIES = 2;

/** @throws {WeirError} `invalid_configuration` when the key or the address is missing, or is none. */
export function resolveConfiguration(options: WeirOptions): Configuration {
  const apiKey = options.apiKey ?? environmentVariable('WEIR_API_KEY');
  if (!apiKey) throw invalid('Pass `apiKey`, or set WEIR_API_KEY: create a key in the dashboard.', 'apiKey');
  const baseUrl = options.baseUrl ?? environmentVariable('WEIR_BASE_URL');
  if (!baseUrl) {
    throw invalid('Pass `baseUrl`, or set WEIR_BASE_URL, e.g. https://api.example.com', 'baseUrl');
  }
  if (!/^https?:\/\/./.test(baseUrl) || !URL.canParse(baseUrl)) {
    throw invalid(`\`baseUrl\` is no http(s) address: ${baseUrl}`, 'baseUrl');
  }
  const { fetch } = options;
  return {
    apiKey,
    baseUrl: baseUrl.replace(/\/+$/, '').replace(/\/v1$/, ''),
    timeoutMs: options.timeoutMs ?? TIMEOUT_MS,
    maxRetries: options.maxRetries ?? MAX_RETRIES,
    // A browser's `fetch` insists on being called without another `this`.
    fetch: fetch ?? ((...request) => globalThis.fetch(...request)),
  };
}

function invalid(message: string, param: string): WeirError {
  return new WeirError('invalid_configuration', message, { param });
}

/** Read without assuming that there is a `process`, as there is none in a browser. */
function environmentVariable(name: string): string | undefined {
  const process: unknown = Reflect.get(globalThis, 'process');
  if (typeof process !== 'object' || process === null) return undefined;
  const env: unknown = Reflect.get(process, 'env');
  const value: unknown = typeof env === 'object' && env !== null ? Reflect.get(env, name) : undefined;
  return typeof value === 'string' ? value : undefined;
}
