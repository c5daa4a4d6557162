import type { Sql } from '@weir/db/sql';
import * as schema from '@weir/db/schema';
import { drizzle } from 'drizzle-orm/postgres-js';

export interface RunQuery {
  readonly text: string;
  readonly params: unknown[];
}

export interface PlanNode {
  'Node Type': string;
  'Relation Name'?: string;
  'Actual Loops': number;
  'Actual Rows': number;
  'Rows Removed by Filter'?: number;
  Plans?: PlanNode[];
}

/** A database's `db` that keeps the queries it runs. */
export function keepQueries(sql: Sql) {
  const queries: RunQuery[] = [];
  const logger = { logQuery: (text: string, params: unknown[]) => void queries.push({ text, params }) };
  return { db: drizzle(sql, { schema, logger }), queries };
}

/** Runs a query. @returns all nodes of its plan. */
export async function planOf(sql: Sql, { text, params }: RunQuery): Promise<PlanNode[]> {
  const [row] = await sql.unsafe<{ 'QUERY PLAN': [{ Plan: PlanNode }] }[]>(
    `explain (analyze, format json) ${text}`,
    params as string[],
  );
  if (!row) throw new Error('a query has a plan');
  return nodesOf(row['QUERY PLAN'][0].Plan);
}

function nodesOf(node: PlanNode): PlanNode[] {
  return [node, ...(node.Plans ?? []).flatMap(nodesOf)];
}
