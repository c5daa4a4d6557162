import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Provider } from '@pydantic/genai-prices';
import * as z from 'zod';
import { modelRow, type ModelRow } from '../model-row.ts';
import { compareRows } from './compare-rows.ts';
import { convertProvider, type LeftOut } from './convert-provider.ts';

export interface CatalogImport {
  /** Our vendor id → the package's provider. */
  readonly providers: Readonly<Record<string, Provider>>;
  /** Of the data package. */
  readonly version: string;
  readonly dataDir: string;
  /** Prices with a date are those in force on this day of UTC, `YYYY-MM-DD`. */
  readonly today: string;
}

/** What the data was made from. */
const sourceFile = z.strictObject({
  package: z.string(),
  version: z.string(),
  license: z.string(),
  asOf: z.iso.date(),
});
type Source = z.infer<typeof sourceFile>;

/** Brings the data files up to what the package says today, and tells what changed. */
export function importCatalog({ providers, version, dataDir, today }: CatalogImport): string[] {
  const files = render(providers, { ...SOURCE, version, asOf: today });
  const report = reportOf(providers, files, dataDir);
  for (const [name, text] of files.texts) writeFileSync(join(dataDir, name), text);
  return report;
}

/**
 * Tells what an import of the same package would change, for the day that the data was made: nothing, when the data
 * is what the package says.
 */
export function checkCatalog({ providers, version, dataDir }: Omit<CatalogImport, 'today'>): string[] {
  const source = readSource(dataDir);
  const files = render(providers, { ...SOURCE, version, asOf: source?.asOf ?? '1970-01-01' });
  const stale = [...files.texts].filter(([name, text]) => readText(join(dataDir, name)) !== text);
  if (stale.length === 0) return [];
  return [
    ...stale.map(([name]) => `${name} is not what ${SOURCE.package} ${version} says`),
    ...reportOf(providers, files, dataDir),
  ];
}

const SOURCE = { package: '@pydantic/genai-prices', license: 'MIT' };

interface RenderedFiles {
  readonly rows: ReadonlyMap<string, readonly ModelRow[]>;
  readonly leftOut: Readonly<Record<string, readonly LeftOut[]>>;
  /** File name → its text. */
  readonly texts: ReadonlyMap<string, string>;
}

function render(providers: CatalogImport['providers'], source: Source): RenderedFiles {
  const converted = Object.entries(providers).map(
    ([vendor, provider]) => [vendor, convertProvider(provider, new Date(source.asOf))] as const,
  );
  const leftOut = Object.fromEntries(converted.map(([vendor, { leftOut }]) => [vendor, leftOut]));
  const reasons = Object.fromEntries(
    Object.entries(leftOut).map(([vendor, models]) => [
      vendor,
      Object.fromEntries(models.map(({ upstreamModel, reason }) => [upstreamModel, reason])),
    ]),
  );
  const texts = new Map(converted.map(([vendor, { rows }]) => [`${vendor}.json`, textOf(rows)]));
  texts.set('left-out.json', textOf(reasons));
  texts.set('source.json', textOf(source));
  return { rows: new Map(converted.map(([vendor, { rows }]) => [vendor, rows])), leftOut, texts };
}

function reportOf(providers: CatalogImport['providers'], files: RenderedFiles, dataDir: string): string[] {
  return Object.keys(providers).flatMap((vendor) => {
    const rows = files.rows.get(vendor) ?? [];
    const changes = compareRows(vendor, readRows(join(dataDir, `${vendor}.json`)), rows);
    const count = (mark: string) => changes.filter((line) => line.startsWith(mark)).length;
    return [
      `${vendor}: ${rows.length} models, ${files.leftOut[vendor]?.length ?? 0} left out (left-out.json says why); ` +
        `${count('+')} added, ${count('-')} removed, ${count('~')} changed`,
      ...changes,
    ];
  });
}

function readRows(path: string): ModelRow[] {
  const text = readText(path);
  if (text === undefined) return [];
  const rows = z.array(z.unknown()).parse(JSON.parse(text));
  return rows.map((row) => {
    modelRow.parse(row);
    return row as ModelRow;
  });
}

function readSource(dataDir: string): Source | undefined {
  const text = readText(join(dataDir, 'source.json'));
  return text === undefined ? undefined : sourceFile.parse(JSON.parse(text));
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

function textOf(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
