import Activity from '@lucide/svelte/icons/activity';
import BookOpen from '@lucide/svelte/icons/book-open';
import Boxes from '@lucide/svelte/icons/boxes';
import KeyRound from '@lucide/svelte/icons/key-round';
import LayoutDashboard from '@lucide/svelte/icons/layout-dashboard';
import MessagesSquare from '@lucide/svelte/icons/messages-square';
import ScrollText from '@lucide/svelte/icons/scroll-text';
import Scale from '@lucide/svelte/icons/scale';
import Settings from '@lucide/svelte/icons/settings-2';
import Users from '@lucide/svelte/icons/users';
import { m } from '#lib/paraglide/messages.js';

/** A place that the navigation leads to. */
export interface Place {
  readonly href: string;
  readonly name: () => string;
  readonly icon: typeof Activity;
  /** Goes there after `g`. */
  readonly letter?: string;
}

const OVERVIEW: Place = { href: '/overview', name: m.nav_overview, icon: LayoutDashboard, letter: 'o' };
const LEDGER: Place = { href: '/admin/ledger', name: m.nav_ledger, icon: Scale, letter: 'l' };

/** The places of the dashboard. */
export const PLACES: readonly Place[] = [
  OVERVIEW,
  { href: '/playground', name: m.nav_playground, icon: MessagesSquare, letter: 'p' },
  { href: '/keys', name: m.nav_keys, icon: KeyRound, letter: 'k' },
  { href: '/activity', name: m.nav_activity, icon: Activity, letter: 'a' },
  { href: '/settings', name: m.nav_settings, icon: Settings, letter: 's' },
];

const PUBLIC_PLACES: readonly Place[] = [
  { href: '/models', name: m.nav_models, icon: Boxes },
  { href: '/docs', name: m.nav_docs, icon: BookOpen },
];

const AUDIT: Place = { href: '/admin/audit', name: m.nav_audit, icon: ScrollText, letter: 'u' };

const MAY_READ_AUDIT: ReadonlySet<string> = new Set(['owner', 'admin', 'read_only']);

/** The places of the staff's console, as far as a role leads to them. */
export function staffPlaces(role: string | null): readonly Place[] {
  const accounts = { href: '/admin/accounts', name: m.nav_accounts, icon: Users, letter: 'c' };
  return role !== null && MAY_READ_AUDIT.has(role) ? [accounts, LEDGER, AUDIT] : [accounts, LEDGER];
}

/** What lies beside the dashboard; for staff, their console too. */
export function placesBesideDashboard(isStaff: boolean): readonly Place[] {
  return isStaff ? [...PUBLIC_PLACES, LEDGER] : PUBLIC_PLACES;
}

/** The way back from the console. */
export const PLACES_BESIDE_CONSOLE: readonly Place[] = [{ ...OVERVIEW, name: m.nav_dashboard }];
