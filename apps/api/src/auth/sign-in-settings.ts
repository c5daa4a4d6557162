import type { Config } from '../config.ts';
import type { SessionLife } from './lucia.ts';

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

export function sessionLife({
  WEIR_SESSION_IDLE_HOURS,
  WEIR_SESSION_HOURS_MAX,
}: Pick<Config, 'WEIR_SESSION_IDLE_HOURS' | 'WEIR_SESSION_HOURS_MAX'>): SessionLife {
  return { idleMs: WEIR_SESSION_IDLE_HOURS * HOUR_MS, totalMs: WEIR_SESSION_HOURS_MAX * HOUR_MS };
}
