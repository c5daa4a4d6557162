import { sql } from 'drizzle-orm';
import { bigint, customType, timestamp } from 'drizzle-orm/pg-core';

/*
 * Money columns are whole nano US dollars (`…_nano_usd`), durations carry their unit (`…_ms`), times are
 * `timestamptz`. Nothing here can hold a word of a prompt or of a reply, but for what a holder has captured, which is sealed.
 */

export const nano = (name: string) => bigint(name, { mode: 'bigint' });
export const time = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' });
export const createdAt = () => time('created_at').notNull().defaultNow();

export const nanoFromZero = (name: string) =>
  nano(name)
    .notNull()
    .default(sql`0`);
export const countFromZero = (name: string) => bigint(name, { mode: 'number' }).notNull().default(0);

export const bytes = customType<{ data: Uint8Array; driverData: Uint8Array }>({ dataType: () => 'bytea' });
