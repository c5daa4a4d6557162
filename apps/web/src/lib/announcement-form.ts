import type { Locale } from './locales.ts';
import { announcementText, announcementTitle, type Validator } from './validators.ts';

/** What an announcement is about. */
export const ANNOUNCEMENT_KINDS = ['service', 'policy'] as const;

export type AnnouncementKind = (typeof ANNOUNCEMENT_KINDS)[number];

export const titleField = (locale: Locale) => `title.${locale}`;
export const textField = (locale: Locale) => `text.${locale}`;

/** Of the fields of each language. */
export function announcementValidators(locales: readonly Locale[]): Record<string, Validator> {
  return Object.fromEntries(
    locales.flatMap((locale) => [
      [titleField(locale), announcementTitle],
      [textField(locale), announcementText],
    ]),
  );
}
