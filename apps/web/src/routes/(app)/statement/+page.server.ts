import { load as loadable } from '#lib/server/load.ts';
import { statementMonth } from '#lib/statement-period.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
  const period = statementMonth(event.url.searchParams.get('month'), new Date());
  const { fromDay, toDay } = period;
  const statement = await loadable(event, event.locals.api.account.movements.query({ fromDay, toDay }));
  return { period, statement: statement.current };
};
