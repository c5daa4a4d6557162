import type { BrandProfile } from './brand-profile.ts';

/** The weir: three level lines over a notch. */
const NEUTRAL_LOGO = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" stroke="#00838a" stroke-width="2.2" stroke-linecap="round" stroke-linejoin="round">
<style>@media (prefers-color-scheme: dark) { svg { stroke: #4cc3c7 } }</style>
<path d="M3 4h18M3 8.5h18M3 13h18M3 17.5h5l4 4 4-4h5"/>
</svg>`;

const NEUTRAL_ACCENT = '#00838a';

/** The brand's mark as the text of an SVG file. */
export function brandLogo({ logo, accent }: Pick<BrandProfile, 'logo' | 'accent'>): string {
  if (logo === undefined) return NEUTRAL_LOGO;
  if ('svg' in logo) return logo.svg;
  const size = logo.letters.length === 1 ? 15 : 11;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><rect width="24" height="24" rx="6" fill="${accent?.light ?? NEUTRAL_ACCENT}"/><text x="12" y="12" dy="0.36em" text-anchor="middle" font-family="system-ui, sans-serif" font-weight="600" font-size="${size}" fill="#ffffff">${logo.letters}</text></svg>`;
}
