import type { ErrorCode } from '@weir/core/errors';

/**
 * What a failed call speaks against: the vendor's `route` (one model on one channel), the whole `channel`, a `key` of
 * it, or a key as far as one route goes; or `nothing`, as what callers bring about must close nothing off.
 */
export type Blame = 'nothing' | 'route' | 'channel' | 'key' | 'key_on_route';

const BLAMES: Partial<Record<ErrorCode, Blame>> = {
  upstream_unreachable: 'channel',
  upstream_key_refused: 'key',
  // Vendors limit a key model by model.
  rate_limited: 'key_on_route',
  upstream_error: 'route',
  upstream_invalid_reply: 'route',
  upstream_timeout: 'route',
  upstream_truncated: 'route',
};

const FORBIDDEN = 403;

/** @param status the vendor's, if it answered. */
export function blameFor(code: ErrorCode, status?: number): Blame {
  const blame = BLAMES[code] ?? 'nothing';
  // A key may be good for some models and not for others.
  return blame === 'key' && status === FORBIDDEN ? 'key_on_route' : blame;
}
