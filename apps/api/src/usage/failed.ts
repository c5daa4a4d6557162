import { requests } from '@weir/db/schema';
import { sql } from 'drizzle-orm';

/** Requests that gave their caller nothing through no choice of the caller's: they were not charged, and did not end well. */
export const failed = sql<boolean>`(${requests.state} in ('voided', 'expired')
  and coalesce(${requests.outcome}, '') not in ('ok', 'client_closed'))`;
