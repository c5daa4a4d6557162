import type { Dirent } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { SqlDatabase } from '@weir/db/sql';

/** @returns the files below these directories whose bytes have one of the words. */
export async function filesWith(words: readonly string[], ...dirs: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const dir of dirs) {
    const entries: Dirent[] = await readdir(dir, { recursive: true, withFileTypes: true });
    for (const entry of entries) {
      if (!entry.isFile()) continue;
      const path = join(entry.parentPath, entry.name);
      const bytes = await readFile(path);
      if (words.some((word) => bytes.includes(word))) found.push(path);
    }
  }
  return found;
}

/** The same of files that lie in these directories themselves and were written since; others there may be gone meanwhile. */
export async function newFilesWith(
  words: readonly string[],
  since: Date,
  ...dirs: readonly string[]
): Promise<string[]> {
  const found: string[] = [];
  for (const dir of dirs) {
    for (const entry of await readdir(dir, { withFileTypes: true }).catch((): Dirent[] => [])) {
      if (!entry.isFile()) continue;
      const path = join(dir, entry.name);
      const modified = await stat(path).catch(() => undefined);
      if (!modified || modified.mtime < since) continue;
      const bytes = await readFile(path).catch(() => Buffer.alloc(0));
      if (words.some((word) => bytes.includes(word))) found.push(path);
    }
  }
  return found;
}

/** As a dump would show it: what is stored compressed has other bytes on disk. @returns the tables that have one of the words. */
export async function tablesWith(
  words: readonly string[],
  { sql }: Pick<SqlDatabase, 'sql'>,
): Promise<string[]> {
  const tables = await sql<{ schema: string; name: string }[]>`
    select table_schema as schema, table_name as name from information_schema.tables
    where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')`;
  const found: string[] = [];
  for (const { schema, name } of tables) {
    const [row] = await sql<{ found: boolean }[]>`
      select exists (select from ${sql(schema)}.${sql(name)} as one
                     where one::text like any (${words.map((word) => `%${word}%`)})) as found`;
    if (row?.found) found.push(`${schema}.${name}`);
  }
  return found;
}
