const DAY_MS = 24 * 60 * 60 * 1000;
const MINUTE_MS = 60_000;
/** Local time is at most this far from UTC, either way. */
const OFFSET_MAX_MS = 15 * 60 * MINUTE_MS;

export interface LocalDay {
  /** `YYYY-MM-DD` in the time zone. */
  day: string;
  startsAt: Date;
}

/**
 * The `count` calendar days of the time zone that end with today, oldest first. Days have 23 to 25 hours where clocks
 * change. Reckoned here and not by Postgres, whose list of time zones depends on its packaging.
 */
export function localDays(timeZone: string, count: number, nowMs: number): LocalDay[] {
  const dayAt = localDayReader(timeZone);
  const today = Date.parse(`${dayAt(nowMs)}T00:00:00Z`);
  return Array.from({ length: count }, (_, index) => {
    const day = new Date(today - (count - 1 - index) * DAY_MS).toISOString().slice(0, 10);
    return { day, startsAt: startOfDay(day, dayAt) };
  });
}

/** The first minute whose local date is the day's, found by halving. */
function startOfDay(day: string, dayAt: (timeMs: number) => string): Date {
  const utcMidnightMs = Date.parse(`${day}T00:00:00Z`);
  let before = (utcMidnightMs - OFFSET_MAX_MS) / MINUTE_MS;
  let at = (utcMidnightMs + OFFSET_MAX_MS) / MINUTE_MS;
  while (at - before > 1) {
    const middle = Math.floor((before + at) / 2);
    if (dayAt(middle * MINUTE_MS) < day) before = middle;
    else at = middle;
  }
  return new Date(at * MINUTE_MS);
}

function localDayReader(timeZone: string): (timeMs: number) => string {
  // The Canadian order of a date is that of ISO 8601.
  const format = new Intl.DateTimeFormat('en-CA', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  });
  return (timeMs) => format.format(timeMs);
}
