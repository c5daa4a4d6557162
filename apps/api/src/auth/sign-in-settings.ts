import type { Config } from '../config.ts';
import type { SessionRules } from './lucia.ts';

const HOUR_MS = 60 * 60 * 1000;

/** What signing in, and proving who one is later on, is ruled by. */
export type SignInSettings = Pick<
  Config,
  | 'WEIR_PUBLIC_WEB_URL'
  | 'brand'
  | 'WEIR_SESSION_IDLE_HOURS'
  | 'WEIR_SESSION_HOURS_MAX'
  | 'WEIR_REAUTHENTICATE_MINUTES'
  | 'WEIR_STAFF_SECOND_FACTOR'
>;

export function sessionRules(
  config: Pick<
    Config,
    'WEIR_SESSION_IDLE_HOURS' | 'WEIR_SESSION_HOURS_MAX' | 'WEIR_UNKNOWN_KEYS_PER_MINUTE_MAX'
  >,
): SessionRules {
  return {
    idleMs: config.WEIR_SESSION_IDLE_HOURS * HOUR_MS,
    totalMs: config.WEIR_SESSION_HOURS_MAX * HOUR_MS,
    unknownPerMinuteMax: config.WEIR_UNKNOWN_KEYS_PER_MINUTE_MAX,
  };
}
