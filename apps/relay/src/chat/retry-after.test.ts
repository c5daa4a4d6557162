import { describe, expect, it } from 'vitest';
import { retryAfterSeconds } from './retry-after.ts';

const NOW = Date.UTC(2026, 0, 2, 10, 0, 0);
const IN_90_S = 'Fri, 02 Jan 2026 10:01:30 GMT';

describe('how long a vendor wants to be left alone', () => {
  it.each<[string, Record<string, string | string[]>, number | undefined, number | undefined]>([
    ['a number of seconds', { 'retry-after': '9' }, undefined, 9],
    ['a part of one', { 'retry-after': '0.2' }, undefined, 1],
    ['a date', { 'retry-after': IN_90_S }, undefined, 90],
    [
      'a date by a clock of its own',
      { 'retry-after': IN_90_S, date: 'Fri, 02 Jan 2026 10:01:00 GMT' },
      undefined,
      30,
    ],
    ['a date beside one that is none', { 'retry-after': IN_90_S, date: 'today' }, undefined, 90],
    ['milliseconds', { 'retry-after-ms': '1500' }, undefined, 2],
    ['milliseconds beside seconds', { 'retry-after-ms': '1500', 'retry-after': '9' }, undefined, 2],
    ['milliseconds that are nonsense beside seconds', { 'retry-after-ms': '-5', 'retry-after': '9' }, 3, 9],
    ['the body', {}, 36.4, 37],
    ['a header beside the body', { 'retry-after': '9' }, 37, 9],
    ['a date that is over beside the body', { 'retry-after': 'Thu, 01 Jan 2026 10:00:00 GMT' }, 37, 37],
    ['nothing', {}, undefined, undefined],
    ['zero', { 'retry-after': '0', 'retry-after-ms': '0' }, 0, undefined],
    ['less than nothing', { 'retry-after': '-9', 'retry-after-ms': '-9' }, -9, undefined],
    ['words', { 'retry-after': 'soon', 'retry-after-ms': '1e3' }, undefined, undefined],
    ['a day that is none', { 'retry-after': 'Fri, 42 Jan 2026 10:01:30 GMT' }, undefined, undefined],
    ['another way of writing dates', { 'retry-after': '2026-01-02' }, undefined, undefined],
    ['several at once', { 'retry-after': ['9', '10'] }, undefined, undefined],
    ['a stated quarter of an hour', { 'retry-after': '900' }, undefined, 900],
    ['a day', { 'retry-after': '86400' }, undefined, 3_600],
    ['a far date', { 'retry-after': 'Sat, 02 Jan 2100 10:00:00 GMT' }, undefined, 3_600],
    ['more than a number holds', { 'retry-after-ms': '9'.repeat(400) }, undefined, undefined],
    ['a far time in the body', {}, 1e300, 3_600],
  ])('is read where it says %s', (_, headers, saidInBody, seconds) => {
    expect(retryAfterSeconds(headers, saidInBody, NOW)).toBe(seconds);
  });
});
