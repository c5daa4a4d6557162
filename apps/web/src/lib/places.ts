import Activity from '@lucide/svelte/icons/activity';
import Bell from '@lucide/svelte/icons/bell';
import BookOpen from '@lucide/svelte/icons/book-open';
import Boxes from '@lucide/svelte/icons/boxes';
import Cable from '@lucide/svelte/icons/cable';
import Gavel from '@lucide/svelte/icons/gavel';
import KeyRound from '@lucide/svelte/icons/key-round';
import LayoutDashboard from '@lucide/svelte/icons/layout-dashboard';
import Mail from '@lucide/svelte/icons/mail';
import Megaphone from '@lucide/svelte/icons/megaphone';
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
  /** How much there is new. */
  readonly count?: number;
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

/** Those of the console, with the roles that the api opens them to; without any they are for all of the staff. */
const CONSOLE_PLACES: readonly (Place & { roles?: readonly string[] })[] = [
  { href: '/admin/accounts', name: m.nav_accounts, icon: Users, letter: 'a' },
  LEDGER,
  {
    href: '/admin/channels',
    name: m.nav_channels,
    icon: Cable,
    letter: 'c',
    roles: ['owner', 'admin', 'support'],
  },
  {
    href: '/admin/audit',
    name: m.nav_audit,
    icon: ScrollText,
    letter: 'u',
    roles: ['owner', 'admin', 'read_only'],
  },
  {
    href: '/admin/announcements',
    name: m.nav_announcements,
    icon: Megaphone,
    letter: 'n',
    roles: ['owner', 'admin'],
  },
  { href: '/admin/outbox', name: m.nav_outbox, icon: Mail, letter: 'm', roles: ['owner', 'admin'] },
  { href: '/admin/legal', name: m.nav_legal, icon: Gavel, roles: ['owner'] },
];

/** The places of the staff's console that a role leads to. */
export function staffPlaces(role: string | null): readonly Place[] {
  return CONSOLE_PLACES.filter(({ roles }) => roles === undefined || (role !== null && roles.includes(role)));
}

/** What lies beside the dashboard; for staff, their console too. */
export function placesBesideDashboard(isStaff: boolean, unread: number): readonly Place[] {
  const notices: Place = { href: '/notices', name: m.nav_notices, icon: Bell, letter: 'n', count: unread };
  return isStaff ? [notices, ...PUBLIC_PLACES, LEDGER] : [notices, ...PUBLIC_PLACES];
}

/** The way back from the console. */
export const PLACES_BESIDE_CONSOLE: readonly Place[] = [{ ...OVERVIEW, name: m.nav_dashboard }];
