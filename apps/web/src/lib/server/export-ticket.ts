import type { Cookies } from '@sveltejs/kit';
import { hostCookie, secretCookie } from './cookies.ts';

/** Where the export that a page has asked for is downloaded. */
export const EXPORT_PATH = '/export';

/** Keeps the ticket for the browser's next request to that place: an address would end up in logs and histories. */
export function keepTicket(
  cookies: Cookies,
  { ticket, expiresAt }: { ticket: string; expiresAt: string },
): void {
  cookies.set(hostCookie('weir_export'), ticket, { ...secretCookie(), expires: new Date(expiresAt) });
}

export function readTicket(cookies: Cookies): string | undefined {
  return cookies.get(hostCookie('weir_export'));
}
