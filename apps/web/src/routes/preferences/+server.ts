import { redirect } from '@sveltejs/kit';
import { isLocale } from '#lib/locales.ts';
import { safeNext } from '#lib/safe-next.ts';
import { writePreference } from '#lib/server/cookies.ts';
import { isTheme } from '#lib/themes.ts';
import type { RequestHandler } from './$types';

/** Remembers a language or a theme, and goes back to where it was chosen if the form says where that is. */
export const POST: RequestHandler = async ({ request, cookies }) => {
  const form = await request.formData();
  const locale = form.get('locale');
  const theme = form.get('theme');
  if (typeof locale === 'string' && isLocale(locale)) writePreference(cookies, 'locale', locale);
  if (isTheme(theme)) writePreference(cookies, 'theme', theme);
  const next = form.get('next');
  if (typeof next !== 'string') return new Response(null, { status: 204 });
  return redirect(303, safeNext(next, '/'));
};
