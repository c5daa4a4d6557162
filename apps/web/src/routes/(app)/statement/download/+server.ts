import { error } from '@sveltejs/kit';
import { csvLine } from '@weir/core/csv';
import { usdDecimal } from '@weir/core/money';
import type { Movements } from '#lib/api-types.ts';
import { apiFailure } from '#lib/server/api.ts';
import type { RequestHandler } from './$types';

/** Every movement there ever was, or those of a period: `?format=csv|json&from=…&to=…`, days of UTC. */
export const GET: RequestHandler = async ({ url, locals }) => {
  const given = (name: string) => url.searchParams.get(name) || undefined;
  const period = { fromDay: given('from'), toDay: given('to') };
  const isJson = given('format') === 'json';
  let statement: Movements;
  try {
    statement = await locals.api.account.movements.query(period);
  } catch (thrown) {
    const { code } = apiFailure(thrown);
    error(code === 'invalid_request' ? 400 : 503);
  }
  const name = ['statement', period.fromDay, period.toDay].filter(Boolean).join('-');
  return new Response(isJson ? `${JSON.stringify(statement, null, 2)}\n` : asCsv(statement), {
    headers: {
      'content-type': isJson ? 'application/json' : 'text/csv; charset=utf-8',
      'content-disposition': `attachment; filename="${name}.${isJson ? 'json' : 'csv'}"`,
    },
  });
};

function asCsv({ movements, openingNanoUsd, closingNanoUsd }: Movements): string {
  const usd = (nanoUsd: string) => usdDecimal(BigInt(nanoUsd));
  return [
    csvLine(['time', 'day_utc', 'kind', 'entry_id', 'reference', 'amount_usd', 'balance_usd']),
    csvLine([null, null, 'opening_balance', null, null, null, usd(openingNanoUsd)]),
    ...movements.map(({ at, day, kind, entryId, ref, amountNanoUsd, balanceNanoUsd }) =>
      csvLine([at, day, kind, entryId, ref, usd(amountNanoUsd), usd(balanceNanoUsd)]),
    ),
    csvLine([null, null, 'closing_balance', null, null, null, usd(closingNanoUsd)]),
  ].join('');
}
