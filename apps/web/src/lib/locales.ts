/** The languages of the message catalogue; the first is the one fallen back to. */
export const LOCALES = ['en', 'zh-CN'] as const;

export type Locale = (typeof LOCALES)[number];

/** Each language in its own words. */
export const LOCALE_NAMES: Readonly<Record<Locale, string>> = { en: 'English', 'zh-CN': '简体中文' };

export function isLocale(text: string | undefined): text is Locale {
  return LOCALES.some((locale) => locale === text);
}

/**
 * The language to answer in, of those on offer: the one that was chosen (cookie), else the best of `Accept-Language`,
 * else the first. Every kind of Chinese reads simplified Chinese: it is the only one there is.
 */
export function pickLocale(
  chosen: string | undefined,
  acceptLanguage: string | null,
  offered: readonly Locale[] = LOCALES,
): Locale {
  if (isLocale(chosen) && offered.includes(chosen)) return chosen;
  const wanted = (acceptLanguage ?? '')
    .split(',')
    .map((part) => {
      const [tag = '', ...parameters] = part.trim().toLowerCase().split(';');
      const quality = parameters.map((parameter) => /^\s*q=([\d.]+)\s*$/.exec(parameter)?.[1]).find(Boolean);
      return { tag, quality: quality === undefined ? 1 : Number(quality) };
    })
    .filter(({ tag, quality }) => tag !== '' && quality > 0)
    .sort((a, b) => b.quality - a.quality);
  for (const { tag } of wanted) {
    const locale = tag === 'zh' || tag.startsWith('zh-') ? 'zh-CN' : tag.replace(/-.*$/, '');
    if (isLocale(locale) && offered.includes(locale)) return locale;
  }
  return offered[0] ?? 'en';
}
