import type { staffRole } from '@weir/db/schema';

export type StaffRole = (typeof staffRole.enumValues)[number];
