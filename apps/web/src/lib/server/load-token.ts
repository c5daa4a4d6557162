import type { RequestEvent } from '@sveltejs/kit';

/** What a page needs that a mailed link leads to. The token in its address is in no cache. */
export function loadToken({ url, setHeaders }: Pick<RequestEvent, 'url' | 'setHeaders'>): { token: string } {
  setHeaders({ 'cache-control': 'no-store' });
  return { token: url.searchParams.get('token') ?? '' };
}
