import { WeirError } from '@weir/core/errors';
import { describe, expect, it } from 'vitest';
import { RouteHealth } from './route-health.ts';

const BROKEN = new WeirError('upstream_error', 'It broke.');
const BUSY = new WeirError('rate_limited', 'Later.', { retryAfterSeconds: 7 });

function route() {
  const clock = { ms: 1_000_000 };
  const health = new RouteHealth(() => clock.ms);
  const begin = () => health.begin('rte_1');
  const fail = (times: number) => {
    for (let i = 0; i < times; i++) begin()?.fail(BROKEN);
  };
  return { clock, health, begin, fail };
}

describe('a route', () => {
  it('is closed off once it fails most of its calls, and left alone for a while', () => {
    const { begin, fail, clock, health } = route();
    fail(4);
    expect(begin()).toBeDefined();
    fail(1);
    expect(begin()).toBeUndefined();
    expect(health.secondsUntilRested(['rte_1'])).toBe(5);
    clock.ms += 4_999;
    expect(begin()).toBeUndefined();
    clock.ms += 1;
    expect(begin()).toBeDefined();
  });

  it('stays open where most calls succeed, and where failures are long past', () => {
    const { begin, fail } = route();
    for (let i = 0; i < 10; i++) begin()?.succeed();
    fail(9);
    expect(begin()).toBeDefined();
    const past = route();
    past.fail(4);
    past.clock.ms += 5 * 60_000;
    past.fail(4);
    expect(past.begin()).toBeDefined();
  });

  it('is tried by one call after its rest: it opens when that succeeds, and rests for twice as long when not', () => {
    const { begin, fail, clock } = route();
    fail(5);
    clock.ms += 5_000;
    const probe = begin();
    expect(begin()).toBeUndefined();
    probe?.fail(BROKEN);
    clock.ms += 9_999;
    expect(begin()).toBeUndefined();
    clock.ms += 1;
    begin()?.succeed();
    expect(begin()).toBeDefined();
    fail(4);
    expect(begin()).toBeDefined();
  });

  it('is tried again after a try of which nothing was learnt', () => {
    const { begin, fail, clock } = route();
    fail(5);
    clock.ms += 5_000;
    begin()?.abandon();
    expect(begin()).toBeDefined();
  });

  it('rests as long as it asked for when it is busy, which is no failure', () => {
    const { begin, clock, health } = route();
    begin()?.fail(BUSY);
    expect(begin()).toBeUndefined();
    expect(health.secondsUntilRested(['rte_1'])).toBe(7);
    expect(health.secondsUntilRested(['rte_1', 'rte_2'])).toBe(1);
    clock.ms += 7_000;
    expect(begin()).toBeDefined();
    expect(begin()).toBeDefined();
  });

  it('never rests for longer than two minutes', () => {
    const { begin, fail, clock } = route();
    fail(5);
    for (let i = 0; i < 20; i++) {
      clock.ms += 2 * 60_000;
      begin()?.fail(BROKEN);
    }
    clock.ms += 2 * 60_000;
    expect(begin()).toBeDefined();
  });

  it('is closed off as well when it breaks off the replies that it began', () => {
    const { begin, health } = route();
    for (let i = 0; i < 5; i++) {
      begin()?.succeed();
      health.breakOff('rte_1');
    }
    expect(begin()).toBeUndefined();
  });

  it('is forgotten when it is no more', () => {
    const { begin, fail, health } = route();
    fail(5);
    health.keepOnly(new Set(['rte_2']));
    expect(begin()).toBeDefined();
  });
});
