import type { Db } from '@weir/db/connect';
import { notices, users } from '@weir/db/schema';
import { inArray } from 'drizzle-orm';
import { selectNotices } from '../notices/find-notice.ts';
import { asLocale } from '../notices/locale.ts';
import { renderNotice } from '../notices/notice-table.ts';
import type { ExportedRow } from './read-table.ts';

/** What a row of `notices` has in the export beside its columns. */
export const WORD_COLUMNS = ['title', 'text'] as const;

type Words = Record<(typeof WORD_COLUMNS)[number], string>;

/**
 * Rows of `notices` with the words that they stand for, in their person’s language: those of an announcement are kept
 * once for everybody. Null for an announcement that was withdrawn, and where this version has no words for a notice.
 */
export async function* withWords(db: Db, pages: AsyncIterable<ExportedRow[]>): AsyncGenerator<ExportedRow[]> {
  for await (const rows of pages) {
    const words = await findWords(db, rows);
    yield rows.map((row) => {
      const { title, text } = words.get(String(row['id'])) ?? { title: null, text: null };
      return { ...row, title, text };
    });
  }
}

async function findWords(db: Db, rows: readonly ExportedRow[]): Promise<Map<string, Words>> {
  const people = await db
    .select({ userId: users.id, locale: users.locale })
    .from(users)
    .where(inArray(users.id, [...new Set(rows.map((row) => String(row['user_id'])))]));
  const localeOf = new Map(people.map(({ userId, locale }) => [userId, asLocale(locale)]));
  const userOf = new Map(rows.map((row) => [String(row['id']), String(row['user_id'])]));
  const stored = await selectNotices(db, inArray(notices.id, [...userOf.keys()]));
  return new Map(
    stored.flatMap(({ id, name, data }) => {
      const locale = localeOf.get(userOf.get(id) ?? '');
      const rendered = locale && renderNotice(name, data, locale);
      return rendered ? [[id, { title: rendered.title, text: rendered.text }]] : [];
    }),
  );
}
