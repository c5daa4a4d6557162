/** A whole count with separators: `12,345`. */
export function formatCount(count: number, locale: string): string {
  return new Intl.NumberFormat(locale).format(count);
}

/** A count in short, for where the exact one is a hover away: `980`, `12.3k`, `4.1M`, `1.2万`. */
export function formatCompact(count: number, locale: string): string {
  const text = new Intl.NumberFormat(locale, { notation: 'compact', maximumFractionDigits: 1 }).format(count);
  return locale === 'en' ? text.replace('K', 'k') : text;
}

/** A size: `980 B`, `12.3 kB`, `1.2 MB`. */
export function formatBytes(bytes: number, locale: string): string {
  const [unit, size] =
    bytes < 1_000 ? ['byte', 1] : bytes < 1_000_000 ? ['kilobyte', 1_000] : ['megabyte', 1_000_000];
  const format = { style: 'unit', unit, unitDisplay: 'short', maximumFractionDigits: 1 } as const;
  return new Intl.NumberFormat(locale, format).format(bytes / size).replace(/bytes?|字节/, 'B');
}

/** A share of one as a percentage with at most one decimal: `0.4%`. */
export function formatShare(share: number, locale: string): string {
  return new Intl.NumberFormat(locale, {
    style: 'percent',
    maximumFractionDigits: share < 0.1 ? 1 : 0,
  }).format(share);
}

/** Millionths as a percentage with every digit they have, without their sign: `12.5%`. */
export function formatPpm(ppm: number, locale: string): string {
  return new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 4 }).format(
    Math.abs(ppm) / 1_000_000,
  );
}

export interface Change {
  /** `none`: there is nothing to compare with. */
  direction: 'up' | 'down' | 'same' | 'none';
  /** `12%`; empty when there is no direction. */
  text: string;
}

/** How a figure moved against the period before; below half a percent it stayed the same. */
export function changeOf(now: number | null, before: number | null, locale: string): Change {
  if (now === null || before === null || before === 0) return { direction: 'none', text: '' };
  const share = (now - before) / before;
  if (Math.abs(share) < 0.005) return { direction: 'same', text: '' };
  const text = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 0 }).format(
    Math.abs(share),
  );
  return { direction: share > 0 ? 'up' : 'down', text };
}
