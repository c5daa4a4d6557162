import type { KeyRate } from '@weir/ledger';
import type { ReplyHeaders } from './reply-headers.ts';

/** What a key may still do in the present minute. @see https://platform.openai.com/docs/guides/rate-limits */
export function rateHeaders(rate: KeyRate): ReplyHeaders {
  return {
    ...limitHeaders('requests', rate.requestsMax, rate.requestsLeft, rate),
    ...limitHeaders('tokens', rate.tokensMax, rate.tokensLeft, rate),
  };
}

function limitHeaders(
  what: 'requests' | 'tokens',
  max: number | null,
  left: number | null,
  { minuteEndsInMs }: KeyRate,
): ReplyHeaders {
  if (max === null || left === null) return {};
  return {
    [`x-ratelimit-limit-${what}`]: max,
    [`x-ratelimit-remaining-${what}`]: left,
    [`x-ratelimit-reset-${what}`]: `${Math.ceil(minuteEndsInMs / 1000)}s`,
  };
}
