/**
 * What an API key may do: `inference` calls models, `read` reads what its account used and has, `manage` makes, changes
 * and revokes keys of its account.
 */
export const KEY_SCOPES = ['inference', 'read', 'manage'] as const;

export type KeyScope = (typeof KEY_SCOPES)[number];

/** Of a key of which nobody says anything else. */
export const KEY_SCOPES_DEFAULT: readonly KeyScope[] = ['inference', 'read'];

/** What a key is told that lacks one. */
export function missingScope(scope: KeyScope): string {
  return `This API key may not do this: it lacks the scope "${scope}". Use another key, or give this one the scope in the dashboard.`;
}
