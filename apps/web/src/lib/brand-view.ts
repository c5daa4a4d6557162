import type { BrandProfile } from '@weir/brand/profile';

/** What pages show of the brand beside its name. */
export interface BrandView {
  /** Whether its mark is its own, and not Weir's. */
  readonly hasLogo: boolean;
  readonly email: string | undefined;
  readonly address: string | undefined;
  readonly legalEntity: string | undefined;
  readonly locales: BrandProfile['locales'];
  /** Whether people may give a phone number. */
  readonly takesPhone: boolean;
  /** Whether people may have the calls of their keys captured. */
  readonly capturesCalls: boolean;
}

export function brandView(brand: BrandProfile): BrandView {
  const { logo, contact, legalEntity, locales, collects, debugCapture } = brand;
  return {
    hasLogo: logo !== undefined,
    email: contact.email,
    address: contact.address,
    legalEntity,
    locales,
    takesPhone: collects.phone,
    capturesCalls: debugCapture.allowed,
  };
}

/** A sheet of style with the four tokens that are made of the brand's accent; empty where it has none of its own. */
export function brandColors({ accent }: Pick<BrandProfile, 'accent'>): string {
  if (!accent) return '';
  const { light, dark } = accent;
  const mixed = (name: string, lightMix: string, darkMix: string) =>
    `--color-${name}:light-dark(${lightMix},${darkMix})`;
  const tokens = [
    mixed('accent', light, dark),
    mixed('accent-strong', `color-mix(in oklab,${light} 88%,black)`, `color-mix(in oklab,${dark} 88%,white)`),
    mixed('accent-soft', `color-mix(in oklab,${light} 10%,white)`, `color-mix(in oklab,${dark} 22%,#0c1214)`),
    mixed('on-accent', '#ffffff', '#0c1214'),
  ];
  return `:root{${tokens.join(';')}}\n`;
}
