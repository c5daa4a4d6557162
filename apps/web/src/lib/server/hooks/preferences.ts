import { AsyncLocalStorage } from 'node:async_hooks';
import type { Handle } from '@sveltejs/kit/hooks';
import { isTimeZone } from '#lib/format/time.ts';
import { pickLocale, type Locale } from '#lib/locales.ts';
import { overwriteGetLocale } from '#lib/paraglide/runtime.js';
import { isTheme } from '#lib/themes.ts';
import { PREFERENCE_COOKIES } from '../cookies.ts';
import { settings } from '../settings.ts';

/** A sheet, as the policy lets through no style of the page's own. */
const COLORS = '<link rel="stylesheet" href="/brand/colors.css" />';

const localeOfRequest = new AsyncLocalStorage<Locale>();
overwriteGetLocale(() => localeOfRequest.getStore() ?? 'en');

/** Language, theme and time zone of the visitor, and the brand's colours; every message below is said in that language. */
export const preferences: Handle = ({ event, resolve }) => {
  const theme = event.cookies.get(PREFERENCE_COOKIES.theme);
  const timeZone = decodeZone(event.cookies.get(PREFERENCE_COOKIES.timeZone));
  event.locals.locale = pickLocale(
    event.cookies.get(PREFERENCE_COOKIES.locale),
    event.request.headers.get('accept-language'),
    settings().brand.locales,
  );
  event.locals.theme = isTheme(theme) ? theme : 'system';
  event.locals.timeZone = isTimeZone(timeZone) ? timeZone : 'UTC';

  const { locale, theme: shown } = event.locals;
  return localeOfRequest.run(locale, () =>
    resolve(event, {
      transformPageChunk: ({ html }) =>
        html
          .replace('%weir.lang%', locale)
          .replace('%weir.theme%', shown)
          .replace('%weir.colors%', settings().brand.accent ? COLORS : ''),
    }),
  );
};

function decodeZone(cookie: string | undefined): string | undefined {
  return cookie?.replaceAll('%2F', '/');
}
