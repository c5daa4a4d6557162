import { WeirError } from '@weir/core/errors';
import { missingScope } from '@weir/core/key-scopes';
import type { Caller } from '../callers/caller-directory.ts';

/** @throws {WeirError} `api_key_revoked` or `api_key_expired` */
export function admit(caller: Caller, nowMs: number): void {
  if (caller.revoked) {
    throw new WeirError(
      'api_key_revoked',
      'This API key was revoked. Use another one, or make one in the dashboard.',
    );
  }
  if (caller.expiresAtMs !== undefined && caller.expiresAtMs <= nowMs) {
    throw new WeirError(
      'api_key_expired',
      'This API key has expired. Use another one, or make one in the dashboard.',
    );
  }
}

/** @throws {WeirError} as `admit`, and `forbidden` */
export function admitCall(caller: Caller, nowMs: number): void {
  admit(caller, nowMs);
  if (!caller.mayInfer) throw new WeirError('forbidden', missingScope('inference'));
}
