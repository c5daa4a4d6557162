import { staffRole } from '@weir/db/schema';

export type StaffRole = (typeof staffRole.enumValues)[number];

/** For what all of the staff may do. */
export const ANY_STAFF: readonly [StaffRole, ...StaffRole[]] = staffRole.enumValues;
