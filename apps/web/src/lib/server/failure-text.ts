import { m } from '#lib/paraglide/messages.js';
import type { ApiFailure } from './api.ts';

const TEXTS: Partial<Record<ApiFailure['code'], () => string>> = {
  unreachable: m.failure_unreachable,
  service_unavailable: m.failure_unreachable,
  internal_error: m.failure_internal,
  wrong_credentials: m.failure_wrong_credentials,
  not_signed_in: m.failure_not_signed_in,
  reauthentication_required: m.failure_reauthentication_required,
  second_factor_required: m.failure_second_factor_required,
};

/** What to tell the person, in their language where the case is a known one; else the api's own words. */
export function failureText(failure: ApiFailure): string {
  if (failure.code === 'rate_limited') return rateLimitText(failure.retryAfterSeconds ?? 60);
  return TEXTS[failure.code]?.() ?? failure.message;
}

function rateLimitText(seconds: number): string {
  return seconds > 90
    ? m.failure_rate_limited_minutes({ minutes: Math.ceil(seconds / 60) })
    : m.failure_rate_limited({ seconds });
}
