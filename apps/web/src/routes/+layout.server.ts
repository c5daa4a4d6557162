import { brandView } from '#lib/brand-view.ts';
import { settings } from '#lib/server/settings.ts';
import type { LayoutServerLoad } from './$types';

export const load: LayoutServerLoad = ({ locals }) => ({
  brand: settings().brand.name,
  brandView: brandView(settings().brand),
  relayUrl: settings().relayUrl,
  locale: locals.locale,
  theme: locals.theme,
  timeZone: locals.timeZone,
  now: new Date().toISOString(),
  me: locals.session.state === 'signedIn' ? locals.session.me : null,
});
