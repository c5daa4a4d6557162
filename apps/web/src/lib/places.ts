import Activity from '@lucide/svelte/icons/activity';
import BookOpen from '@lucide/svelte/icons/book-open';
import Boxes from '@lucide/svelte/icons/boxes';
import Gavel from '@lucide/svelte/icons/gavel';
import KeyRound from '@lucide/svelte/icons/key-round';
import LayoutDashboard from '@lucide/svelte/icons/layout-dashboard';
import MessagesSquare from '@lucide/svelte/icons/messages-square';
import Scale from '@lucide/svelte/icons/scale';
import Settings from '@lucide/svelte/icons/settings-2';
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

const LEGAL: Place = { href: '/admin/legal', name: m.nav_legal, icon: Gavel };

/** The places of the staff's console that a person of this role has anything to do with. */
export function staffPlaces(role: string | null): readonly Place[] {
  return role === 'owner' ? [LEDGER, LEGAL] : [LEDGER];
}

/** What lies beside the dashboard; for staff, their console too. */
export function placesBesideDashboard(isStaff: boolean): readonly Place[] {
  return isStaff ? [...PUBLIC_PLACES, LEDGER] : PUBLIC_PLACES;
}

/** The way back from the console. */
export const PLACES_BESIDE_CONSOLE: readonly Place[] = [{ ...OVERVIEW, name: m.nav_dashboard }];
