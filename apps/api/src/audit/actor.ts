import { userInfo } from 'node:os';
import type { StaffRole } from '../staff/staff-role.ts';

/** Who did something that is audited. */
export type Actor =
  | { readonly kind: 'staff'; readonly id: string; readonly role: StaffRole }
  | { readonly kind: 'cli'; readonly id: string };

/** Whoever runs this command, by the name that the operating system has for them. */
export function cliActor(): Actor {
  return { kind: 'cli', id: userInfo().username };
}
