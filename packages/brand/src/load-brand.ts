import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { SettingsError } from '@weir/settings/read';
import { z } from 'zod';
import { brandProfile, type BrandProfile } from './brand-profile.ts';
import { NEUTRAL } from './neutral.ts';
import bananarouter from './profiles/bananarouter.json' with { type: 'json' };
import treerouter from './profiles/treerouter.json' with { type: 'json' };

/** The variables that say whose gateway this is, for the settings of each server. */
export const brandFields = {
  /** The path of a profile, or the name of a shipped one; unset: the neutral one. */
  WEIR_BRAND: z.string().optional().meta({ example: 'brand.json' }),
  /** Takes the place of the profile's name. */
  WEIR_BRAND_NAME: z.string().max(40, 'has more than 40 characters').optional().meta({ example: 'Weir' }),
};

export interface BrandSettings {
  WEIR_BRAND?: string | undefined;
  WEIR_BRAND_NAME?: string | undefined;
}

const SHIPPED: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ['treerouter', treerouter],
  ['bananarouter', bananarouter],
]);

/** @throws {SettingsError} naming the file, and in it each place that is wrong. */
export function loadBrand({ WEIR_BRAND, WEIR_BRAND_NAME }: BrandSettings): BrandProfile {
  const profile = WEIR_BRAND === undefined ? NEUTRAL : readProfile(WEIR_BRAND);
  return WEIR_BRAND_NAME === undefined ? profile : { ...profile, name: WEIR_BRAND_NAME };
}

function readProfile(given: string): BrandProfile {
  const content = SHIPPED.get(given) ?? readJson(given);
  const result = brandProfile.safeParse(content);
  if (result.success) return result.data;
  const lines = result.error.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => `${[...issue.path, key].join('.')} is no field of a brand profile`)
      : [`${issue.path.join('.') || 'the profile'} ${issue.message}`],
  );
  throw new SettingsError(lines.map((text) => `WEIR_BRAND: ${given}: ${text}.`).join('\n'));
}

function readJson(given: string): unknown {
  const path = resolve(process.env['INIT_CWD'] ?? '.', given);
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    const shipped = [...SHIPPED.keys()].join(', ');
    throw new SettingsError(
      `WEIR_BRAND: ${path} can’t be read. Write the path of a profile, or a shipped one: ${shipped}.`,
    );
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new SettingsError(
      `WEIR_BRAND: ${path} is no JSON: ${error instanceof Error ? error.message : ''}.`,
    );
  }
}
