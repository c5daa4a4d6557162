import { createTestDatabase } from '@weir/db/testing';
import fc from 'fast-check';
import { expect, inject, it } from 'vitest';
import { records } from './records.ts';

/** What separates fields and records, and what quotes them, comes often. */
const text = fc.oneof(
  fc.string({ unit: fc.constantFrom('"', '\\', ',', '(', ')', '{', '}', ' ', "'", '\n', 'N', 'U', 'L') }),
  fc.string({ unit: 'binary' }).filter((value) => !value.includes('\0')),
);
const row = fc.tuple(
  fc.option(text),
  fc.option(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })),
  fc.option(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })),
  fc.option(fc.boolean()),
);

it('come to Postgres as they were, whatever stands in their fields', async () => {
  await using database = await createTestDatabase(inject('clusterUrl'));
  const { sql } = database;
  await sql`create type four as (a text, b bigint, c integer, d boolean)`;
  await fc.assert(
    fc.asyncProperty(fc.array(row), async (rows) => {
      const read = await sql.unsafe<{ a: unknown; b: unknown; c: unknown; d: unknown }[]>(
        'select * from unnest($1::four[])',
        [records(rows)],
      );
      expect(read.map(({ a, b, c, d }) => [a, b, c, d])).toEqual(rows);
    }),
  );
});
