import { load as loadable, loadAside } from '#lib/server/load.ts';
import type { PageServerLoad } from './$types';

const DAYS = 30;
const LAST_REQUESTS = 10;

export const load: PageServerLoad = async (event) => {
  const { api, timeZone } = event.locals;
  const [balance, statement, summary, requests, keys] = await Promise.all([
    loadable(event, api.account.balance.query()),
    loadAside(api.account.statement.query(undefined, { context: { alone: true } })),
    loadable(event, api.usage.summary.query({ days: DAYS, timeZone })),
    loadable(event, api.usage.list.query({ limit: LAST_REQUESTS })),
    loadable(event, api.keys.list.query({ limit: 1 })),
  ]);
  return {
    today: new Date().toISOString(),
    days: DAYS,
    balance: balance.current,
    statement: statement.current,
    summary: summary.current,
    requests: requests.current,
    keys: keys.current,
  };
};
