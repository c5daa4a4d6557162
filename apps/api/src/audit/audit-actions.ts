/** Everything that is audited, as the log names it. */
export const AUDIT_ACTIONS = ['account.hold', 'account.release_hold', 'account.lawful_export'] as const;

export type AuditAction = (typeof AUDIT_ACTIONS)[number];
