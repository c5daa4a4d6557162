import { z } from 'zod';
import { contrast } from './contrast.ts';
import { inertSvg } from './inert-svg.ts';

/** What text and buttons in the accent colour stand on: the lightest and the darkest surface of the pages. */
const LIGHT_SURFACE = '#ffffff';
const DARK_SURFACE = '#0c1214';
/** @see https://www.w3.org/TR/WCAG22/#contrast-minimum */
const CONTRAST_MIN = 4.5;

const line = (charactersMax: number) =>
  z
    .string('is no text')
    .trim()
    .min(1, 'is empty')
    .max(charactersMax, `has more than ${charactersMax} characters`)
    .regex(/^\P{Cc}*$/u, 'has control characters');

function accentOn(surface: string, name: string) {
  return z
    .string('is no text')
    .regex(/^#[0-9a-f]{6}$/i, { error: 'is no colour like #0f766e', abort: true })
    .refine((color) => contrast(color, surface) >= CONTRAST_MIN, {
      error: ({ input }) =>
        `can’t be read on the ${name} surface ${surface}: its contrast is ${contrast(String(input), surface).toFixed(1)}, and has to be ${CONTRAST_MIN} or more`,
    });
}

/** By what a brand is recognised beside its name: a drawing, or one or two letters. */
const logo = z.union(
  [
    z.strictObject({ svg: inertSvg }),
    z.strictObject({ letters: z.string().regex(/^[\p{L}\p{N}]{1,2}$/u, 'is not one or two letters') }),
  ],
  { error: 'is neither {"svg": "<svg …>"} nor {"letters": "TR"}' },
);

const contact = z.strictObject({
  email: z.email('is no e-mail address').max(254, 'has more than 254 characters'),
  /** Where letters reach the legal entity. */
  address: line(300).optional(),
});

export const brandProfile = z.strictObject({
  name: line(40),
  logo: logo.optional(),
  /** Links, main buttons and what is active; everything else is the same for every brand. */
  accent: z
    .strictObject({ light: accentOn(LIGHT_SURFACE, 'light'), dark: accentOn(DARK_SURFACE, 'dark') })
    .optional(),
  contact,
  /** Who the holder's contract is with. */
  legalEntity: line(120),
  /** Where this deployment runs, e.g. `eu-central`. */
  region: z.string('is no text').regex(/^[a-z0-9][a-z0-9-]{0,31}$/, 'is no region like eu-central'),
  collects: z.strictObject({
    /** Whether people may give a phone number. It is never asked for as a condition. */
    phone: z.boolean('is neither true nor false'),
  }),
  logging: z.strictObject({
    /** Whether a request's row tells the address that the call came from. */
    sourceIp: z.boolean('is neither true nor false'),
  }),
  debugCapture: z.strictObject({
    /** Whether holders may switch on a short-lived, encrypted capture of a key's calls. */
    allowed: z.boolean('is neither true nor false'),
  }),
  /** ISO 4217: what can be paid in, once there is a payment provider. Amounts are shown in US dollars. */
  currencies: z.array(z.string().regex(/^[A-Z]{3}$/, 'is no currency like USD')).min(1, 'names no currency'),
  paymentMethods: z.array(
    z.enum(['card', 'alipay', 'wechat_pay', 'bank_transfer'], {
      error: 'is none of card, alipay, wechat_pay, bank_transfer',
    }),
  ),
  /** The languages that pages are offered in; the first is the one fallen back to. */
  locales: z.array(z.enum(['en', 'zh-CN'], { error: 'is none of en, zh-CN' })).min(1, 'names no language'),
});

type Contact = Partial<z.output<typeof contact>>;

/** Who runs this gateway, and what it collects of the people who use it. */
export type BrandProfile = Omit<z.output<typeof brandProfile>, 'contact' | 'legalEntity' | 'region'> & {
  readonly contact: Contact;
  readonly legalEntity?: string;
  readonly region?: string;
};
