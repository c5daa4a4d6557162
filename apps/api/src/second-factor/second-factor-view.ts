import type { SessionView } from '../auth/auth-view.ts';
import type { PasskeyView } from './passkey-view.ts';

export interface SecondFactorView {
  /** Since when an authenticator app is asked for; null: there is none. ISO 8601. */
  totpSince: string | null;
  passkeys: PasskeyView[];
  recoveryCodesLeft: number;
}

/** What an authenticator app is given: by a QR code, or by hand. */
export interface TotpSecretView {
  /** Base 32. */
  secret: string;
  /** `otpauth://…` */
  uri: string;
}

/** A factor was removed. */
export interface FactorRemovedView {
  /** The session under a new token, where this was the last factor. */
  session: SessionView | null;
}

/** A factor was added. */
export interface FactorAddedView {
  /** Shown once. Null where the person has them already, from an earlier factor. */
  recoveryCodes: string[] | null;
  /** The session under a new token, where this was the first factor. */
  session: SessionView | null;
}
