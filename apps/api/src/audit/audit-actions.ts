/** Everything that is audited, as the log names it. */
export const AUDIT_ACTIONS = [
  'account.create',
  'account.adjust',
  'account.set_concurrency',
  'account.set_group',
  'account.sign_in_link',
  'audit.export',
  'catalog.add',
  'channel.add',
  'group.set',
  'key.create',
  'key.revoke',
  'key.set',
  'ledger.verify',
  'model.add',
  'policy.publish',
  'price.set',
  'staff.create',
  'staff.set_role',
] as const;

export type AuditAction = (typeof AUDIT_ACTIONS)[number];
