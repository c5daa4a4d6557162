import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { findProvider, type Provider } from '@pydantic/genai-prices';
import manifest from '../../package.json' with { type: 'json' };
import { VENDORS } from '../vendors.ts';
import { checkCatalog, importCatalog } from './import-catalog.ts';

/** Where the package calls a vendor otherwise than we do. */
const PROVIDER_IDS: Readonly<Record<string, string>> = { moonshot: 'moonshotai', xai: 'x-ai' };

/** Vendors whose prices the package does not have: their models are added with a price by hand. */
const UNPRICED: ReadonlySet<string> = new Set(['qwen']);

function providerOf(vendor: string): Provider {
  const provider = findProvider({ providerId: PROVIDER_IDS[vendor] ?? vendor });
  if (!provider) throw new Error(`The data package knows no provider for the vendor "${vendor}".`);
  return provider;
}

const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });
const catalog = {
  providers: Object.fromEntries(
    VENDORS.map(({ id }) => id)
      .filter((vendor) => !UNPRICED.has(vendor))
      .toSorted()
      .map((vendor) => [vendor, providerOf(vendor)]),
  ),
  version: manifest.devDependencies['@pydantic/genai-prices'],
  dataDir: join(import.meta.dirname, '../data'),
};
const report = values.check
  ? checkCatalog(catalog)
  : importCatalog({ ...catalog, today: new Date().toISOString().slice(0, 10) });
process.stdout.write(report.map((line) => `${line}\n`).join(''));
if (values.check && report.length > 0) process.exitCode = 1;
