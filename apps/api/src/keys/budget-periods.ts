/** A period of UTC. */
export interface BudgetPeriod {
  /** Its first day, `YYYY-MM-DD`. */
  firstDay: string;
  /** When the next one begins. */
  endsAt: string;
}

/** The periods of a key's budgets that a day of UTC lies in; weeks begin on Monday. */
export function budgetPeriods(day: string): Record<'day' | 'week' | 'month', BudgetPeriod> {
  const at = new Date(`${day}T00:00:00Z`);
  const [year, month, date] = [at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate()];
  const daysSinceMonday = (at.getUTCDay() + 6) % 7;
  const monday = date - daysSinceMonday;
  return {
    day: period(Date.UTC(year, month, date), Date.UTC(year, month, date + 1)),
    week: period(Date.UTC(year, month, monday), Date.UTC(year, month, monday + 7)),
    month: period(Date.UTC(year, month, 1), Date.UTC(year, month + 1, 1)),
  };
}

function period(startMs: number, endMs: number): BudgetPeriod {
  return { firstDay: new Date(startMs).toISOString().slice(0, 10), endsAt: new Date(endMs).toISOString() };
}
