import { WeirError } from '@weir/core/errors';
import { missingScope } from '@weir/core/key-scopes';
import { requireUsableKey } from '@weir/core/usable-key';
import type { Caller } from '../callers/caller-directory.ts';

/**
 * Whether the key may call models now, and from where the caller is.
 * @throws {WeirError} as `requireUsableKey`, and `forbidden`
 */
export function admitCall(caller: Caller, nowMs: number, address: () => string): void {
  requireUsableKey(caller, nowMs, address);
  if (!caller.mayInfer) throw new WeirError('forbidden', missingScope('inference'));
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
