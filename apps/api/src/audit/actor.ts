import { userInfo } from 'node:os';
import type { StaffRole } from '../staff/staff-role.ts';

/** Who did something that is audited. */
export type Actor =
  | { readonly kind: 'staff'; readonly id: string; readonly role: StaffRole }
  | { readonly kind: 'cli'; readonly id: string }
  | { readonly kind: 'system' };

/** A server by itself. */
export const SYSTEM: Actor = { kind: 'system' };

/** Whoever runs this command, by the name that the operating system has for them. */
export function cliActor(): Actor {
  return { kind: 'cli', id: userName() };
}

/** A container's user may have a number and no name. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid ${process.getuid?.() ?? 'unknown'}`;
  }
}
