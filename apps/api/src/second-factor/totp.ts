import { Secret, TOTP } from 'otpauth';

/* RFC 6238 with what every authenticator app takes: SHA-1, 6 digits, 30 seconds. */

/** RFC 4226 §4: as long as the hash. */
const SECRET_BYTES = 20;
const STEP_MS = 30_000;
/** Steps before and after the present one, for clocks that are not quite right. */
const WINDOW_STEPS = 1;

/** In base 32, as a person can type it. */
export function newTotpSecret(): string {
  return new Secret({ size: SECRET_BYTES }).base32;
}

/** `otpauth://…`, for the QR code that an app reads. */
export function totpUri(secret: string, { issuer, label }: { issuer: string; label: string }): string {
  return new TOTP({ issuer, label, secret }).toString();
}

/** @returns the step whose code it is; undefined when it is none's near `nowMs`. */
export function matchTotp(secret: string, code: string, nowMs: number): number | undefined {
  const delta = new TOTP({ secret }).validate({ token: code, timestamp: nowMs, window: WINDOW_STEPS });
  return delta === null ? undefined : Math.floor(nowMs / STEP_MS) + delta;
}
