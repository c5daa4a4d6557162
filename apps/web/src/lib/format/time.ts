const STEPS: readonly [unit: Intl.RelativeTimeFormatUnit, seconds: number][] = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];

const DAYS_RELATIVE_MAX = 7;

/** `just now` is the caller's to say: undefined below a minute. Beyond a week the date reads better. */
export function formatRelative(time: Date, now: Date, locale: string, timeZone: string): string | undefined {
  const seconds = (time.getTime() - now.getTime()) / 1000;
  if (Math.abs(seconds) > DAYS_RELATIVE_MAX * 86_400) return formatDate(time, locale, timeZone);
  const step = STEPS.find(([, size]) => Math.abs(seconds) >= size);
  if (!step) return undefined;
  const [unit, size] = step;
  return new Intl.RelativeTimeFormat(locale, { style: 'short', numeric: 'always' }).format(
    Math.trunc(seconds / size),
    unit,
  );
}

/** `Nov 22, 2026` */
export function formatDate(time: Date, locale: string, timeZone: string): string {
  return new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone }).format(time);
}

/** To the minute, with its day: `Nov 22, 2026, 14:05`. */
export function formatMinute(time: Date, locale: string, timeZone: string): string {
  return new Intl.DateTimeFormat(locale, {
    dateStyle: 'medium',
    timeStyle: 'short',
    hourCycle: 'h23',
    timeZone,
  }).format(time);
}

/** To the second, with the zone's name: what is shown on hover and in a receipt. */
export function formatExact(time: Date, locale: string, timeZone: string): string {
  return new Intl.DateTimeFormat(locale, {
    year: 'numeric',
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
    timeZone,
    timeZoneName: 'short',
  }).format(time);
}

/** A calendar day (`2026-11-22`) in short: `Nov 22`. A day has no zone. */
export function formatDay(day: string, locale: string): string {
  return new Intl.DateTimeFormat(locale, { month: 'short', day: 'numeric', timeZone: 'UTC' }).format(
    new Date(`${day}T00:00:00Z`),
  );
}

/** A measured time: `340 ms` below a second, else `1.24 s`. */
export function formatDuration(durationMs: number, locale: string): string {
  const inSeconds = durationMs >= 1000;
  return new Intl.NumberFormat(locale, {
    style: 'unit',
    unit: inSeconds ? 'second' : 'millisecond',
    unitDisplay: locale === 'en' ? 'short' : 'narrow',
    maximumFractionDigits: inSeconds ? 2 : 0,
  })
    .format(inSeconds ? durationMs / 1000 : durationMs)
    .replace(/ sec$/, ' s');
}

/** The calendar day of a moment in a zone, as `2026-11-22`. */
export function dayIn(time: Date, timeZone: string): string {
  return new Intl.DateTimeFormat('en-CA', {
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    timeZone,
  }).format(time);
}

/** `count` calendar days that end with `last`, oldest first. */
export function daysUntil(last: string, count: number): string[] {
  const end = Date.parse(`${last}T00:00:00Z`);
  return Array.from({ length: count }, (_, index) =>
    new Date(end - (count - 1 - index) * 86_400_000).toISOString().slice(0, 10),
  );
}

/** Whether the text names a time zone that this runtime knows. */
export function isTimeZone(text: string | undefined): text is string {
  if (!text) return false;
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: text }));
  } catch {
    return false;
  }
}
