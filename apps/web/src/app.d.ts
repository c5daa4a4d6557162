import type { Me } from '#lib/api-types.ts';
import type { Locale } from '#lib/locales.ts';
import type { Api } from '#lib/server/api.ts';
import type { Theme } from '#lib/themes.ts';

declare global {
  namespace App {
    interface Error {
      /** Under which an unforeseen error was logged. */
      errorId?: string;
    }
    interface Locals {
      api: Api;
      /** `unavailable`: there is a session cookie, but the api could not be asked about it. */
      session: { state: 'none' } | { state: 'unavailable' } | { state: 'signedIn'; me: Me };
      locale: Locale;
      theme: Theme;
      timeZone: string;
    }
  }
}
