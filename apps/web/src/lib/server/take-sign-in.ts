import { redirect, type Cookies } from '@sveltejs/kit';
import type { SignIn } from '#lib/api-types.ts';
import { safeNext } from '#lib/safe-next.ts';
import { writePendingSignIn, writeSession } from './cookies.ts';

const HOME = '/overview';

/**
 * Keeps what a right password or link was answered with, and goes on: to the second step, or in.
 * @param next where the person wanted to go
 */
export function takeSignIn(cookies: Cookies, signIn: SignIn, next: string | null): never {
  if (signIn.state === 'second_factor') {
    writePendingSignIn(cookies, signIn);
    const query = next === null ? '' : `?next=${encodeURIComponent(next)}`;
    redirect(303, `/sign-in/second-factor${query}`);
  }
  writeSession(cookies, signIn);
  redirect(303, safeNext(next, HOME));
}
