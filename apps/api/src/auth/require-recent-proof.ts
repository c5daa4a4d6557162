import { WeirError } from '@weir/core/errors';
import type { SessionPrincipal } from './principal.ts';
import type { SignInSettings } from './sign-in-settings.ts';

const MINUTE_MS = 60_000;

/** @throws {WeirError} `reauthentication_required` */
export function requireRecentProof(
  { authenticatedAt }: SessionPrincipal,
  { WEIR_REAUTHENTICATE_MINUTES: minutes }: SignInSettings,
): void {
  if (Date.now() - authenticatedAt.getTime() <= minutes * MINUTE_MS) return;
  throw new WeirError('reauthentication_required', 'Confirm that it is you, then send this again.');
}
