/** A query of the driver; nothing is sent before it is executed or awaited. */
type Query = Promise<unknown> & { execute(): unknown };

type Rows<Queries> = { -readonly [i in keyof Queries]: Awaited<Queries[i]> };

/**
 * Sends queries in one go: one connection runs them in this order, each seeing what had been committed before it began.
 * @throws what the first of them to fail did; the others may be under way still.
 */
export function together<const Queries extends readonly Query[]>(queries: Queries): Promise<Rows<Queries>> {
  for (const query of queries) query.execute();
  return Promise.all(queries) as Promise<Rows<Queries>>;
}
