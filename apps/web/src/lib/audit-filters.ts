import { AUDIT_ACTIONS, type AuditAction } from './audit-actions.ts';

export interface AuditFilters {
  action?: AuditAction | undefined;
  actor?: string | undefined;
  target?: string | undefined;
}

/** The filters of the audit log, as they stand in an address or a form. */
export function readAuditFilters(get: (name: string) => string | null): AuditFilters {
  const action = AUDIT_ACTIONS.find((known) => known === get('action'));
  const text = (name: string) => get(name)?.trim() || undefined;
  return { action, actor: text('actor'), target: text('target') };
}
