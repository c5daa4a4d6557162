import { setTimeout as delay } from 'node:timers/promises';
import type { Loadable, Loaded } from '#lib/loaded.ts';
import { apiFailure } from './api.ts';
import { failureText } from './failure-text.ts';
import { log } from './log.ts';

/** An answer within this time is put into the page at once: a skeleton that flashes is worse than none. */
const PATIENCE_MS = 120;

/**
 * Turns a call to the api into something a page can show: a first view waits for it, a page reached by a link gets a
 * promise when it is slow, and a failure becomes the list's own error state.
 */
export async function load<T>(
  event: { isDataRequest: boolean },
  call: Promise<T>,
): Promise<{ current: Loadable<T> }> {
  if (event.isDataRequest) return loadAside(call);
  return { current: await settle(call) };
}

/** As `load`, for what a page can do without: a first view does not wait for it either. */
export async function loadAside<T>(call: Promise<T>): Promise<{ current: Loadable<T> }> {
  const outcome = settle(call);
  const first = await Promise.race([outcome, delay(PATIENCE_MS, undefined, { ref: false })]);
  return { current: first ?? outcome };
}

async function settle<T>(call: Promise<T>): Promise<Loaded<T>> {
  try {
    return { ok: true, value: await call };
  } catch (thrown) {
    const failure = apiFailure(thrown);
    log().warn(
      { code: failure.code, err: failure.code === 'unreachable' ? thrown : undefined },
      'a load failed',
    );
    return { ok: false, message: failureText(failure) };
  }
}
