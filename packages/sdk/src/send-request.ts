import type { Configuration } from './configuration.ts';
import type { Exchange } from './exchange.ts';
import { isRetryableStatus, WeirError } from './weir-error.ts';

/** The wait before the first new try; it doubles with each one. */
const BACKOFF_MS = 500;
const BACKOFF_MS_MAX = 8000;
/** A `retry-after` longer than this is the caller's to wait for: the error is handed out at once. */
const RETRY_AFTER_MS_MAX = 60_000;

/**
 * `fetch` with the API key, sent again while the answer is one that may pass. Resolves to the last answer, whatever
 * its status; its body has not been touched, so nothing of a reply is ever asked for twice.
 * @throws {WeirError} `connection_failed`, `timed_out` or `aborted`.
 */
export async function sendRequest(
  configuration: Configuration,
  exchange: Exchange,
  url: string,
  init: Omit<RequestInit, 'signal'>,
): Promise<Response> {
  const headers = new Headers(init.headers);
  headers.set('authorization', `Bearer ${configuration.apiKey}`);
  for (let retries = 0; ; retries++) {
    const isLast = retries >= configuration.maxRetries;
    const answer = await sendOnce(configuration, exchange, url, { ...init, headers });
    const waitMs = isLast ? undefined : waitBeforeRetry(answer, retries);
    if (waitMs === undefined) {
      if (answer instanceof WeirError) throw answer;
      return answer;
    }
    if (!(answer instanceof WeirError)) await discard(answer);
    await wait(waitMs, exchange);
  }
}

/** The gateway's id of the request. */
export function requestIdOf(response: Response): string | undefined {
  return response.headers.get('x-request-id') ?? undefined;
}

async function sendOnce(
  configuration: Configuration,
  exchange: Exchange,
  url: string,
  init: RequestInit,
): Promise<Response | WeirError> {
  exchange.expectProgress();
  try {
    return await configuration.fetch(url, { ...init, signal: exchange.signal });
  } catch (error) {
    return exchange.explain(error);
  }
}

/** @returns undefined when another try makes no sense. */
function waitBeforeRetry(answer: Response | WeirError, retries: number): number | undefined {
  if (answer instanceof WeirError) {
    return answer.code === 'connection_failed' ? backoffMs(retries) : undefined;
  }
  if (!isRetryableStatus(answer.status)) return undefined;
  const askedMs = retryAfterMs(answer.headers.get('retry-after'));
  if (askedMs === undefined) return backoffMs(retries);
  return askedMs <= RETRY_AFTER_MS_MAX ? askedMs : undefined;
}

/** Doubling, and up to a quarter shorter by chance, so that callers that failed together don't come back together. */
function backoffMs(retries: number): number {
  return Math.min(BACKOFF_MS * 2 ** retries, BACKOFF_MS_MAX) * (1 - Math.random() / 4);
}

/** Seconds, or a date. See https://www.rfc-editor.org/rfc/rfc9110#field.retry-after */
function retryAfterMs(value: string | null): number | undefined {
  if (value === null || value.trim() === '') return undefined;
  const seconds = Number(value);
  const ms = Number.isNaN(seconds) ? Date.parse(value) - Date.now() : seconds * 1000;
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}

/** Frees the connection of an answer that nobody will read. */
async function discard(answer: Response): Promise<void> {
  try {
    await answer.body?.cancel();
  } catch {
    // It broke by itself.
  }
}

/** @throws {WeirError} `aborted` as soon as the caller aborts. */
async function wait(ms: number, exchange: Exchange): Promise<void> {
  exchange.pause();
  const { signal } = exchange;
  if (!signal.aborted) {
    await new Promise<void>((resolve) => {
      const end = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', end);
        resolve();
      };
      const timer = setTimeout(end, ms);
      signal.addEventListener('abort', end);
    });
  }
  if (signal.aborted) throw exchange.explain(signal.reason);
}
