import { WeirError } from '@weir/core/errors';
import { missingScope } from '@weir/core/key-scopes';
import type { Caller } from '../callers/caller-directory.ts';

const ANOTHER = 'Use another one, or make one in the dashboard.';

/**
 * Whether the key may be used now, and from where the caller is.
 * @param address asked for only where it matters.
 * @throws {WeirError} `api_key_revoked`, `api_key_leaked`, `api_key_disabled`, `api_key_expired` or `address_not_allowed`
 */
export function admit(caller: Caller, nowMs: number, address: () => string): void {
  if (caller.state !== 'active') throw notActive(caller.state);
  if (caller.expiresAtMs !== undefined && caller.expiresAtMs <= nowMs) {
    const what = caller.usesPreviousSecret
      ? 'This API key was replaced by a rotation, and its time is over. Use the one that replaced it.'
      : `This API key has expired. ${ANOTHER}`;
    throw new WeirError('api_key_expired', what);
  }
  if (!caller.addresses) return;
  const from = address();
  if (caller.addresses.has(from)) return;
  throw new WeirError(
    'address_not_allowed',
    `The key “${caller.keyName}” may not be used from ${from || 'an unknown address'}. Its list of addresses is kept in the dashboard.`,
  );
}

/** @throws {WeirError} `model_not_allowed` */
export function admitModel({ keyName, models }: Caller, modelId: string): void {
  if (!models || models.matches(modelId)) return;
  throw new WeirError(
    'model_not_allowed',
    `The key “${keyName}” may not call ${modelId}. GET /v1/models lists what it may; its list of models is kept in the dashboard.`,
    { param: 'model' },
  );
}

function notActive(state: Exclude<Caller['state'], 'active'>): WeirError {
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

/** @throws {WeirError} as `admit`, and `forbidden` */
export function admitCall(caller: Caller, nowMs: number, address: () => string): void {
  admit(caller, nowMs, address);
  if (!caller.mayInfer) throw new WeirError('forbidden', missingScope('inference'));
}
