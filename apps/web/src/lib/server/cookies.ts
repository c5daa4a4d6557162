import type { Cookies } from '@sveltejs/kit';
import { settings } from './settings.ts';

const DAY_SECONDS = 86_400;
const SESSION_LIFE_SECONDS = 30 * DAY_SECONDS;
const PREFERENCE_LIFE_SECONDS = 365 * DAY_SECONDS;

/** What is remembered of a visitor besides the session. `weir_tz` is written by the browser, the others by a form. */
export const PREFERENCE_COOKIES = {
  locale: 'weir_locale',
  theme: 'weir_theme',
  timeZone: 'weir_tz',
} as const;

/** Whether people reach the dashboard by https. */
export function isSecure(): boolean {
  return settings().publicUrl.protocol === 'https:';
}

function sessionCookieName(): string {
  return isSecure() ? '__Host-weir_session' : 'weir_session';
}

export function readSessionToken(cookies: Cookies): string | undefined {
  return cookies.get(sessionCookieName());
}

/** Sets the session anew, so that its cookie lives as long as the session does: 30 days from its last use. */
export function writeSessionToken(cookies: Cookies, token: string): void {
  cookies.set(sessionCookieName(), token, {
    path: '/',
    httpOnly: true,
    sameSite: 'lax',
    secure: isSecure(),
    maxAge: SESSION_LIFE_SECONDS,
  });
}

export function clearSessionToken(cookies: Cookies): void {
  cookies.delete(sessionCookieName(), { path: '/', httpOnly: true, sameSite: 'lax', secure: isSecure() });
}

export function writePreference(cookies: Cookies, name: 'locale' | 'theme', value: string): void {
  cookies.set(PREFERENCE_COOKIES[name], value, {
    path: '/',
    httpOnly: true,
    sameSite: 'lax',
    secure: isSecure(),
    maxAge: PREFERENCE_LIFE_SECONDS,
  });
}
