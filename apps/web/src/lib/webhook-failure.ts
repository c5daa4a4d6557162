import type { NoticeWebhook } from './api-types.ts';
import { m } from './paraglide/messages.js';

type Delivery = Pick<NoticeWebhook['deliveries'][number], 'state' | 'lastStatus' | 'lastError'>;

const UNREACHABLE = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'UND_ERR_SOCKET',
]);

/** Why a delivery did not arrive when it was last tried; undefined for one that did, or was not tried yet. */
export function webhookFailure({ state, lastStatus, lastError }: Delivery): string | undefined {
  if (state === 'delivered') return undefined;
  if (lastStatus !== null) return m.webhook_http({ status: String(lastStatus) });
  if (lastError === null) return undefined;
  if (lastError === 'ADDRESS_REFUSED') return m.webhook_error_refused();
  if (UNREACHABLE.has(lastError)) return m.webhook_error_unreachable();
  if (/TIMEOUT/i.test(lastError)) return m.webhook_error_timeout();
  if (/CERT|TLS|SSL/.test(lastError)) return m.webhook_error_tls();
  return m.webhook_error_other({ code: lastError });
}
