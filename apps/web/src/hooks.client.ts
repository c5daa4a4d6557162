import { isLocale } from '#lib/locales.ts';
import { overwriteGetLocale } from '#lib/paraglide/runtime.js';

// The server has decided the language; the page says which.
overwriteGetLocale(() => {
  const { lang } = document.documentElement;
  return isLocale(lang) ? lang : 'en';
});
