import Activity from '@lucide/svelte/icons/activity';
import KeyRound from '@lucide/svelte/icons/key-round';
import LayoutDashboard from '@lucide/svelte/icons/layout-dashboard';
import MessagesSquare from '@lucide/svelte/icons/messages-square';
import Settings from '@lucide/svelte/icons/settings-2';
import { m } from '#lib/paraglide/messages.js';

/** The places of the dashboard; `letter` goes there after `g`. */
export const PLACES = [
  { href: '/overview', name: m.nav_overview, icon: LayoutDashboard, letter: 'o' },
  { href: '/playground', name: m.nav_playground, icon: MessagesSquare, letter: 'p' },
  { href: '/keys', name: m.nav_keys, icon: KeyRound, letter: 'k' },
  { href: '/activity', name: m.nav_activity, icon: Activity, letter: 'a' },
  { href: '/settings', name: m.nav_settings, icon: Settings, letter: 's' },
] as const;
