import { randomBytes } from 'node:crypto';
import type { Cookies } from '@sveltejs/kit';
import { API_KEY_PREFIX } from '@weir/core/api-key';
import type { Session } from '#lib/api-types.ts';
import { settings } from './settings.ts';

const DAY_SECONDS = 86_400;
/** As the api forgets a browser that was not used for so long. */
const DEVICE_LIFE_SECONDS = 365 * DAY_SECONDS;
const DEVICE_TOKEN_BYTES = 32;
const PREFERENCE_LIFE_SECONDS = 365 * DAY_SECONDS;

/** What is remembered of a visitor besides the session. `weir_tz` is written by the browser, the others by a form. */
export const PREFERENCE_COOKIES = {
  locale: 'weir_locale',
  theme: 'weir_theme',
  timeZone: 'weir_tz',
} as const;

/** Whether people reach the dashboard by https. */
function isSecure(): boolean {
  return settings().publicUrl.protocol === 'https:';
}

/** With the prefix a browser takes the cookie from this very host alone, and over https alone. */
export function hostCookie(name: 'weir_session' | 'weir_sign_in' | 'weir_device' | 'weir_export'): string {
  return isSecure() ? `__Host-${name}` : name;
}

/** Out of reach of scripts and of other sites’ forms. */
export const secretCookie = () =>
  ({ path: '/', httpOnly: true, sameSite: 'lax', secure: isSecure() }) as const;

/** An API key is no session, wherever it stands: it would be asked for by nobody's address here. */
export function readSessionToken(cookies: Cookies): string | undefined {
  const token = cookies.get(hostCookie('weir_session'));
  return token?.startsWith(API_KEY_PREFIX) === true ? undefined : token;
}

/** The cookie lives as long as the session may; the api ends it before when it isn't used. */
export function writeSession(cookies: Cookies, session: Session): void {
  cookies.set(hostCookie('weir_session'), session.sessionToken, {
    ...secretCookie(),
    expires: new Date(session.expiresAt),
  });
  cookies.delete(hostCookie('weir_sign_in'), secretCookie());
}

export function clearSessionToken(cookies: Cookies): void {
  cookies.delete(hostCookie('weir_session'), secretCookie());
  cookies.delete(hostCookie('weir_export'), secretCookie());
}

/** A sign-in of which the second step is missing. */
export interface PendingSignIn {
  pendingToken: string;
  hasTotp: boolean;
  hasPasskey: boolean;
}

const APP = 'app';
const PASSKEY = 'passkey';

export function readPendingSignIn(cookies: Cookies): PendingSignIn | undefined {
  const [pendingToken, ...factors] = cookies.get(hostCookie('weir_sign_in'))?.split('.') ?? [];
  if (!pendingToken) return undefined;
  return { pendingToken, hasTotp: factors.includes(APP), hasPasskey: factors.includes(PASSKEY) };
}

export function writePendingSignIn(cookies: Cookies, pending: PendingSignIn & { expiresAt: string }): void {
  const factors = [...(pending.hasTotp ? [APP] : []), ...(pending.hasPasskey ? [PASSKEY] : [])];
  cookies.set(hostCookie('weir_sign_in'), [pending.pendingToken, ...factors].join('.'), {
    ...secretCookie(),
    expires: new Date(pending.expiresAt),
  });
}

export function readDeviceToken(cookies: Cookies): string | undefined {
  return cookies.get(hostCookie('weir_device'));
}

/** A random token by which the api knows this browser again at the next sign-in. */
export function writeDeviceToken(cookies: Cookies): string {
  const token = readDeviceToken(cookies) ?? randomBytes(DEVICE_TOKEN_BYTES).toString('base64url');
  cookies.set(hostCookie('weir_device'), token, { ...secretCookie(), maxAge: DEVICE_LIFE_SECONDS });
  return token;
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
