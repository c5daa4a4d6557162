/** A calendar month of UTC, `YYYY-MM`, and the days that it begins and ends with. */
export interface StatementMonth {
  month: string;
  fromDay: string;
  toDay: string;
  previous: string;
  /** Undefined where the month after has not begun. */
  next: string | undefined;
}

/** The month that is asked for, or the present one where the text is none. */
export function statementMonth(text: string | null, now: Date): StatementMonth {
  const present = now.toISOString().slice(0, 7);
  const month = text !== null && /^20\d\d-(0[1-9]|1[0-2])$/.test(text) && text <= present ? text : present;
  const dayAt = (months: number, day: number) => {
    const [year = 0, number = 1] = month.split('-').map(Number);
    return new Date(Date.UTC(year, number - 1 + months, day)).toISOString().slice(0, 10);
  };
  return {
    month,
    fromDay: dayAt(0, 1),
    toDay: dayAt(1, 0),
    previous: dayAt(-1, 1).slice(0, 7),
    next: month < present ? dayAt(1, 1).slice(0, 7) : undefined,
  };
}
