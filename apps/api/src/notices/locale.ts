/** The languages that people are written to in. */
export const LOCALES = ['en', 'zh-CN'] as const;

export type Locale = (typeof LOCALES)[number];

/** English for what is none of them. */
export function asLocale(text: string): Locale {
  return LOCALES.find((locale) => locale === text) ?? 'en';
}
