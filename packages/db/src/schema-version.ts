import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Sql } from './sql.ts';

export const migrationsFolder = fileURLToPath(new URL('../migrations', import.meta.url));

/** Whether the schema is exactly as new as this version expects. */
export async function isMigrated(sql: Sql): Promise<boolean> {
  return (await newestAppliedMs(sql)) === newestKnownMs();
}

/** When the newest migration that this version knows was made. */
export function newestKnownMs(): number {
  const journal = JSON.parse(readFileSync(`${migrationsFolder}/meta/_journal.json`, 'utf8')) as {
    entries: { when: number }[];
  };
  return Math.max(...journal.entries.map((entry) => entry.when));
}

/** When the newest migration that the database has seen was made; 0 = none has. */
export async function newestAppliedMs(sql: Sql): Promise<number> {
  const [there] = await sql<{ there: boolean }[]>`
    select to_regclass('drizzle.__drizzle_migrations') is not null as there`;
  if (!there?.there) return 0;
  const [row] = await sql<{ newest: string | null }[]>`
    select max(created_at)::text as newest from drizzle.__drizzle_migrations`;
  return Number(row?.newest ?? 0);
}
