import { KEY_SCOPES, KEY_SCOPES_DEFAULT, type KeyScope } from '@weir/core/key-scopes';
import { m } from '#lib/paraglide/messages.js';
import type { Validator } from './validators.ts';

export const SCOPE_TEXTS: Readonly<Record<KeyScope, () => string>> = {
  inference: m.key_scope_inference,
  read: m.key_scope_read,
  manage: m.key_scope_manage,
};

/** In a form they are one value, with spaces between. */
export function readScopes(value: string): KeyScope[] {
  const words = value.split(' ');
  return KEY_SCOPES.filter((scope) => words.includes(scope));
}

export const scopesChosen: Validator = (value) =>
  readScopes(value).length > 0 ? undefined : m.key_scopes_missing();

/** Whether a key may do something else than a new one. */
export function hasOtherScopes(scopes: readonly KeyScope[]): boolean {
  return KEY_SCOPES.some((scope) => scopes.includes(scope) !== KEY_SCOPES_DEFAULT.includes(scope));
}
