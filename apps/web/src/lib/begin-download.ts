import type { ActionResult } from '$app/forms';

/** What an action has made ready is downloaded at once. Without JavaScript the page has a link to it. */
export function beginDownload({ data }: Extract<ActionResult, { type: 'success' }>): void {
  const path: unknown = data?.['downloadPath'];
  if (typeof path === 'string') location.assign(path);
}
