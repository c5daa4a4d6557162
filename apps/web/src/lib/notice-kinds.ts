import { m } from '#lib/paraglide/messages.js';

const NAMES: Readonly<Record<string, () => string>> = {
  security: m.notice_kind_security,
  low_balance: m.notice_kind_low_balance,
  key_budget: m.notice_kind_key_budget,
  service: m.notice_kind_service,
  policy: m.notice_kind_policy,
};

/** What a kind of notice is called. */
export function noticeKindName(kind: string): string {
  return NAMES[kind]?.() ?? kind;
}
