import type { Api } from './server/api.ts';

type Filters = Extract<Parameters<Api['admin']['audit']['list']['query']>[0], object>;

export type AuditAction = NonNullable<Filters['action']>;

/** All of them, as `satisfies` sees to it: what the api's list of actions has and this one has not is an error. */
const NAMED = {
  'account.create': true,
  'account.adjust': true,
  'account.hold': true,
  'account.lawful_export': true,
  'account.release_hold': true,
  'account.reset_second_factor': true,
  'account.set_concurrency': true,
  'account.set_group': true,
  'account.sign_in_link': true,
  'announcement.publish': true,
  'announcement.withdraw': true,
  'audit.export': true,
  'catalog.add': true,
  'channel.add': true,
  'channel.add_key': true,
  'channel.remove_key': true,
  'channel.set': true,
  'group.set': true,
  'key.create': true,
  'key.end_overlap': true,
  'key.revoke': true,
  'key.rotate': true,
  'key.set': true,
  'ledger.verify': true,
  'mail.read': true,
  'model.add': true,
  'policy.publish': true,
  'price.set': true,
  'staff.create': true,
  'staff.reset_second_factor': true,
  'staff.set_role': true,
} as const satisfies Record<AuditAction, true>;

/** What can be filtered by. */
export const AUDIT_ACTIONS = Object.keys(NAMED).filter((name): name is AuditAction => name in NAMED);
