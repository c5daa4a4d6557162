import { WeirError } from '@weir/core/errors';
import { afterEach, expect, it, vi } from 'vitest';
import { Watchdog } from './watchdog.ts';

const TIMES = { firstByteMs: 60_000, idleMs: 60_000, totalMs: 10_000 };

afterEach(() => {
  vi.useRealTimers();
});

function watchdog() {
  vi.useFakeTimers();
  const watch = new Watchdog(TIMES);
  watch.beginAttempt();
  return watch;
}

it('a vendor’s silence ends its own try, and the end of the call every try', () => {
  vi.useFakeTimers();
  const watch = new Watchdog({ ...TIMES, firstByteMs: 1_000, idleMs: 500 });
  const first = watch.beginAttempt();
  vi.advanceTimersByTime(1_000);
  expect([first.reason?.code, watch.cancellation.reason]).toEqual(['upstream_timeout', undefined]);

  const second = watch.beginAttempt();
  vi.advanceTimersByTime(900);
  watch.alive();
  vi.advanceTimersByTime(499);
  expect([second.reason, watch.firstByteAtMs !== undefined]).toEqual([undefined, true]);
  vi.advanceTimersByTime(1);
  expect(second.reason?.message).toContain('in the middle');

  const third = watch.beginAttempt();
  expect(watch.firstByteAtMs).toBeUndefined();
  watch.abort(new WeirError('client_closed', 'Gone.'));
  expect([third.reason?.code, watch.beginAttempt().reason?.code]).toEqual(['client_closed', 'client_closed']);
});

it('a call out of time is the vendor’s fault only where it has not begun to answer', () => {
  const silent = watchdog();
  vi.advanceTimersByTime(10_000);
  expect(silent.cancellation.reason?.code).toBe('upstream_timeout');

  const long = watchdog();
  long.alive();
  vi.advanceTimersByTime(10_000);
  expect(long.cancellation.reason?.code).toBe('call_too_long');
});

it('a call out of time is the client’s fault where it was waited for most of that', async () => {
  const watch = watchdog();
  watch.alive();
  vi.advanceTimersByTime(3_000);
  const taken = Promise.withResolvers<void>();
  const waiting = watch.restUntil(taken.promise);
  vi.advanceTimersByTime(5_500);
  taken.resolve();
  await waiting;
  expect(watch.clientMs).toBe(5_500);
  vi.advanceTimersByTime(1_500);
  expect(watch.cancellation.reason?.code).toBe('client_too_slow');

  const blocked = watchdog();
  blocked.alive();
  void blocked.restUntil(new Promise(() => {}));
  vi.advanceTimersByTime(10_000);
  expect(blocked.cancellation.reason?.code).toBe('client_too_slow');
});
