import { WeirError } from './errors.ts';

/** What weighs most of what its holder, or a scanner, did to a key. */
export type KeyState = 'active' | 'disabled' | 'leaked' | 'revoked';

/** An API key that somebody came with. */
export interface PresentedKey {
  readonly keyName: string;
  readonly state: KeyState;
  /** When the secret that it came with ends; undefined: never. */
  readonly expiresAtMs: number | undefined;
  /** Whether it came with the secret that a rotation replaced, which then expires before the key does. */
  readonly usesPreviousSecret: boolean;
  /** From where it may be used; undefined: from anywhere. */
  readonly addresses: { has(address: string): boolean } | undefined;
}

const ANOTHER = 'Use another one, or make one in the dashboard.';

/**
 * Whether the key may be used now, and from where the caller is.
 * @param address asked for only where it matters.
 * @throws {WeirError} `api_key_revoked`, `api_key_leaked`, `api_key_disabled`, `api_key_expired` or `address_not_allowed`
 */
export function requireUsableKey(key: PresentedKey, nowMs: number, address: () => string): void {
  if (key.state !== 'active') throw notActive(key.state);
  if (key.expiresAtMs !== undefined && key.expiresAtMs <= nowMs) {
    const what = key.usesPreviousSecret
      ? 'This API key was replaced by a rotation, and its time is over. Use the one that replaced it.'
      : `This API key has expired. ${ANOTHER}`;
    throw new WeirError('api_key_expired', what);
  }
  if (!key.addresses) return;
  const from = address();
  if (key.addresses.has(from)) return;
  throw new WeirError(
    'address_not_allowed',
    `The key “${key.keyName}” may not be used from ${from || 'an unknown address'}. Its list of addresses is kept in the dashboard.`,
  );
}

function notActive(state: Exclude<KeyState, 'active'>): WeirError {
  switch (state) {
    case 'revoked':
      return new WeirError('api_key_revoked', `This API key was revoked. ${ANOTHER}`);
    case 'leaked':
      return new WeirError(
        'api_key_leaked',
        'This API key was found in public and is disabled. Rotate it in the dashboard, and use the new one.',
      );
    case 'disabled':
      return new WeirError(
        'api_key_disabled',
        'This API key is disabled. Enable it in the dashboard, or use another one.',
      );
  }
}
