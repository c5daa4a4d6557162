import type { Handle } from '@sveltejs/kit/hooks';
import { brandView } from '#lib/brand-view.ts';
import { settings } from '../settings.ts';

/** Where src/error.html has who runs this gateway; what stands in it there is for a browser that falls back to the page itself. */
const PLACE = /<footer data-contact>.*?<\/footer>/s;

/** Says who runs this gateway at the foot of SvelteKit's last resort too, which is a file and knows no brand. */
export const errorContact: Handle = async ({ event, resolve }) => {
  const response = await resolve(event);
  const isPage = response.headers.get('content-type')?.startsWith('text/html') === true;
  if (response.status < 400 || !isPage) return response;
  const html = await response.text();
  const headers = new Headers(response.headers);
  headers.delete('content-length');
  // A function: in a text, `$&` would mean something.
  return new Response(html.replace(PLACE, contact), { status: response.status, headers });
};

function contact(): string {
  const { legalEntity, address, email } = brandView(settings().brand);
  const parts = [
    ...[settings().brand.name, legalEntity, address].filter((part) => part !== undefined).map(escapeHtml),
    ...(email === undefined ? [] : [`<a href="mailto:${escapeHtml(email)}">${escapeHtml(email)}</a>`]),
    '<a href="/legal/privacy">Privacy policy</a>',
    '<a href="/legal/terms">Terms of use</a>',
  ];
  return `<footer>${parts.join(' · ')}</footer>`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
