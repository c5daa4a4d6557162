import { WeirError } from '@weir/core/errors';
import { describe, expect, it } from 'vitest';
import type { RouteEntry } from './routing-table.ts';
import { UpstreamAttempt } from './upstream-attempt.ts';
import { UpstreamHealth } from './upstream-health.ts';

const BROKEN = new WeirError('upstream_error', 'It broke.');
const BUSY = new WeirError('rate_limited', 'Later.', { retryAfterSeconds: 7 });
const UNREACHABLE = new WeirError('upstream_unreachable', 'Nobody there.');
const REFUSED = new WeirError('upstream_key_refused', 'Who?');

function entry(routeId: string, more: Partial<RouteEntry> = {}): RouteEntry {
  const keys = [{ keyId: 'chk_1', headers: [] }];
  return { routeId, modelId: 'm', channelId: 'chn_1', keys, ...more } as unknown as RouteEntry;
}

const TWO_KEYS = {
  keys: [
    { keyId: 'chk_1', headers: [] },
    { keyId: 'chk_2', headers: [] },
  ],
};

function route(of: RouteEntry = entry('rte_1')) {
  const clock = { ms: 1_000_000 };
  const health = new UpstreamHealth(() => clock.ms);
  const begin = (which = of, tried?: ReadonlySet<string>): UpstreamAttempt | undefined => {
    const attempt = health.begin(which, tried);
    return attempt instanceof UpstreamAttempt ? attempt : undefined;
  };
  const succeed = (which = of) => {
    const attempt = begin(which);
    attempt?.accept();
    attempt?.end();
    return attempt;
  };
  const fail = (times: number, error = BROKEN, which = of) => {
    for (let i = 0; i < times; i++) begin(which)?.end(error);
  };
  const isOpen = (which = of) => {
    const attempt = begin(which);
    attempt?.end();
    return attempt !== undefined;
  };
  return { clock, health, begin, succeed, fail, isOpen };
}

describe('a route', () => {
  it('is left alone for as long as the vendor says in the midst of a reply', () => {
    const { begin, isOpen, clock } = route();
    const attempt = begin();
    attempt?.accept();
    attempt?.end(new WeirError('upstream_error', 'Full.', { retryAfterSeconds: 7 }));
    clock.ms += 6_999;
    expect(isOpen()).toBe(false);
    clock.ms += 1;
    expect(isOpen()).toBe(true);
  });

  it('is closed off once it fails most of its calls, and left alone for a while', () => {
    const { isOpen, fail, clock, health } = route();
    fail(4);
    expect(isOpen()).toBe(true);
    fail(1);
    expect(isOpen()).toBe(false);
    expect(health.secondsUntilRested([entry('rte_1')])).toBe(5);
    clock.ms += 4_999;
    expect(isOpen()).toBe(false);
    clock.ms += 1;
    expect(isOpen()).toBe(true);
  });

  it('stays open where most calls succeed, and where failures are long past', () => {
    const { isOpen, succeed, fail } = route();
    for (let i = 0; i < 10; i++) succeed();
    fail(9);
    expect(isOpen()).toBe(true);
    const past = route();
    past.fail(4);
    past.clock.ms += 5 * 60_000;
    past.fail(4);
    expect(past.isOpen()).toBe(true);
  });

  it('is tried by one call after its rest: it opens when that succeeds, and rests for twice as long when not', () => {
    const { begin, succeed, isOpen, fail, clock } = route();
    fail(5);
    clock.ms += 5_000;
    const probe = begin();
    expect(isOpen()).toBe(false);
    probe?.end(BROKEN);
    clock.ms += 9_999;
    expect(isOpen()).toBe(false);
    clock.ms += 1;
    succeed();
    expect(isOpen()).toBe(true);
    fail(4);
    expect(isOpen()).toBe(true);
  });

  it('is tried by another call when the one that finds out takes longer than the rest did', () => {
    const { begin, isOpen, fail, clock } = route();
    fail(5);
    clock.ms += 5_000;
    begin();
    expect(isOpen()).toBe(false);
    clock.ms += 5_000;
    expect(isOpen()).toBe(true);
  });

  it('is tried again after a try of which nothing was learnt', () => {
    const { begin, isOpen, fail, clock } = route();
    fail(5);
    clock.ms += 5_000;
    begin()?.end();
    expect(isOpen()).toBe(true);
  });

  it('is closed off sooner where it fails far more often than the others that serve its model', () => {
    const [one, two] = [entry('rte_1'), entry('rte_2', { channelId: 'chn_2' })];
    const { health, fail, succeed, isOpen } = route(one);
    const serve = (share: number, calls: number, which = one) => {
      for (let i = 0; i < calls; i++) {
        if (i % share === share - 1) fail(1, BROKEN, which);
        else succeed(which);
      }
    };
    // Nobody is known beside it.
    serve(4, 40);
    expect(isOpen(one)).toBe(true);
    health.keepOnly(new Map([['m', { routes: [one, two] }]]) as never);
    // Of the other too little is known; then it is no better.
    serve(4, 4);
    expect(isOpen(one)).toBe(true);
    serve(10, 40, two);
    serve(4, 4);
    expect(isOpen(one)).toBe(true);
    serve(100, 60, two);
    serve(4, 4);
    expect([isOpen(one), isOpen(two)]).toEqual([false, true]);
  });

  it('rests for as long as it was told to, up to an hour', () => {
    const { begin, isOpen, clock } = route();
    const later = (retryAfterSeconds: number) =>
      new WeirError('upstream_error', 'Later.', { retryAfterSeconds });
    begin()?.end(later(1_800), 503);
    clock.ms += 1_799_999;
    expect(isOpen()).toBe(false);
    clock.ms += 1;
    expect(isOpen()).toBe(true);
    begin()?.end(later(86_400), 503);
    clock.ms += 3_600_000;
    expect(isOpen()).toBe(true);
  });

  it('never rests for longer than two minutes', () => {
    const { begin, isOpen, fail, clock } = route();
    fail(5);
    for (let i = 0; i < 20; i++) {
      clock.ms += 2 * 60_000;
      begin()?.end(BROKEN);
    }
    clock.ms += 2 * 60_000;
    expect(isOpen()).toBe(true);
  });

  it('is closed off as well when it breaks off the replies that it began', () => {
    const { begin, isOpen } = route();
    for (let i = 0; i < 5; i++) {
      const attempt = begin();
      attempt?.accept();
      attempt?.end(new WeirError('upstream_truncated', 'Cut.'));
    }
    expect(isOpen()).toBe(false);
  });

  it.each([
    'client_too_slow',
    'client_closed',
    'call_too_long',
    'reply_untranslatable',
    'reply_too_large',
    'invalid_request',
  ] as const)('is not closed off for %s, which a caller can bring about', (code) => {
    const { begin, fail, isOpen } = route();
    const error = new WeirError(code, 'No.');
    fail(20, error);
    for (let i = 0; i < 20; i++) {
      const attempt = begin();
      attempt?.accept();
      attempt?.end(error);
    }
    expect(isOpen()).toBe(true);
  });

  it('is forgotten when it is no more', () => {
    const { isOpen, fail, health } = route();
    fail(5);
    health.keepOnly(new Map());
    expect(isOpen()).toBe(true);
  });
});

describe('a key', () => {
  it('rests as long as it was told to on the route that it is limited on, and there alone', () => {
    const { isOpen, fail, clock, health } = route();
    fail(1, BUSY);
    expect(isOpen()).toBe(false);
    expect(health.secondsUntilRested([entry('rte_1')])).toBe(7);
    expect(isOpen(entry('rte_2'))).toBe(true);
    clock.ms += 7_000;
    expect([isOpen(), isOpen()]).toEqual([true, true]);
  });

  it('rests on every route once it is refused, for twice as long each time', () => {
    const { begin, isOpen, fail, clock } = route();
    fail(1, REFUSED);
    expect([isOpen(), isOpen(entry('rte_2'))]).toEqual([false, false]);
    clock.ms += 5_000;
    begin()?.end(REFUSED, 401);
    clock.ms += 9_999;
    expect(isOpen()).toBe(false);
    clock.ms += 1;
    expect(isOpen()).toBe(true);
  });

  it('rests on the one route where it was forbidden', () => {
    const { begin, isOpen } = route();
    begin()?.end(REFUSED, 403);
    expect([isOpen(), isOpen(entry('rte_2'))]).toEqual([false, true]);
  });

  it('takes turns with the others, which go on while it rests', () => {
    const { begin, succeed } = route(entry('rte_1', TWO_KEYS));
    const used = () => succeed()?.key.keyId;
    expect([used(), used(), used()]).toEqual(['chk_1', 'chk_2', 'chk_1']);
    begin()?.end(REFUSED, 401);
    expect([used(), used()]).toEqual(['chk_1', 'chk_1']);
    expect(begin(undefined, new Set(['chk_1']))).toBeUndefined();
  });
});

describe('a channel', () => {
  it('is closed off as a whole when it can’t be reached, whichever its routes', () => {
    const { isOpen, fail, succeed, clock } = route();
    for (let i = 0; i < 5; i++) fail(1, UNREACHABLE, entry(`rte_${i}`));
    expect(isOpen(entry('rte_9'))).toBe(false);
    expect(isOpen(entry('rte_9', { channelId: 'chn_2' }))).toBe(true);
    clock.ms += 5_000;
    succeed(entry('rte_9'));
    expect(isOpen(entry('rte_8'))).toBe(true);
  });

  it('stays open for its other routes while it answers, be it with errors', () => {
    const { isOpen, fail } = route();
    for (let i = 0; i < 9; i++) fail(1, BROKEN, entry(`rte_${i}`));
    expect(isOpen(entry('rte_9'))).toBe(true);
  });

  it('is passed by while it has as many calls under way as it may; each gives its place back once', () => {
    const limited = entry('rte_1', { inFlightMax: 2 });
    const { begin, health } = route(limited);
    const [first, second] = [begin(), begin()];
    expect(health.begin(limited)).toBe('full');
    first?.end(BROKEN);
    first?.end();
    const third = begin();
    expect(third).toBeDefined();
    expect(health.begin(limited)).toBe('full');
    second?.accept();
    second?.end();
    third?.end();
    expect(health.viewChannel('chn_1', limited.keys)?.inFlight).toBe(0);
  });

  it('tells of keys that are refused, and of keys that are limited on some of its routes', () => {
    const { health, begin, clock } = route();
    const both = entry('rte_1', TWO_KEYS);
    begin(both)?.end(BUSY, 429);
    begin(both)?.end(REFUSED, 401);
    const view = () => health.viewChannel('chn_1', both.keys);
    expect(view()).toMatchObject({ restingKeyIds: ['chk_2'], limitedKeyIds: ['chk_1'] });
    clock.ms += 7_000;
    expect(view()).toMatchObject({ restingKeyIds: ['chk_2'], limitedKeyIds: [] });
  });

  it('keeps its latest errors as codes', () => {
    const { fail, health, begin } = route();
    begin()?.end(REFUSED, 401);
    fail(1);
    expect(health.viewChannel('chn_1', entry('rte_1').keys)).toMatchObject({
      restingKeyIds: ['chk_1'],
      errors: [{ code: 'upstream_key_refused', status: 401, modelId: 'm' }],
    });
  });
});
