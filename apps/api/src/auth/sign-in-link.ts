import type { Db } from '@weir/db/connect';
import { createLink } from './one-time-link.ts';

/** A token that signs the person in once within 24 hours. The person's earlier unused links end. */
export function createSignInLink(db: Db, userId: string): Promise<{ token: string; expiresAt: Date }> {
  return createLink(db, { purpose: 'sign_in', userId });
}

/** Where the token is redeemed, by a button there: a preview of the link does not use it up. */
export function signInUrl({ WEIR_PUBLIC_WEB_URL }: { WEIR_PUBLIC_WEB_URL: string }, token: string): string {
  return `${WEIR_PUBLIC_WEB_URL}/sign-in/link?token=${token}`;
}
