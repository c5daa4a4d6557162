import { requireStaff } from '#lib/server/require-staff.ts';
import type { LayoutServerLoad } from './$types';

export const load: LayoutServerLoad = ({ locals }) => ({ me: requireStaff(locals) });
