import type { BrandProfile } from '@weir/brand/profile';
import { VENDORS } from '@weir/catalog/vendors';
import type { Db } from '@weir/db/connect';
import { channels } from '@weir/db/schema';
import { and, asc, eq, ne } from 'drizzle-orm';
import type { Config } from '../config.ts';

/** What a policy tells of: how this gateway is set up. */
export interface PolicyFacts {
  readonly brand: BrandProfile;
  /** For how many days requests are kept besides today's. */
  readonly retentionDays: number;
  /** Who gets what callers send, by name. */
  readonly vendors: readonly string[];
}

export type PolicySettings = Pick<Config, 'brand' | 'WEIR_LOG_RETENTION_DAYS'>;

/** A simulated vendor gets nothing out of the house. */
export async function policyFacts(
  db: Db,
  { brand, WEIR_LOG_RETENTION_DAYS: retentionDays }: PolicySettings,
): Promise<PolicyFacts> {
  const rows = await db
    .selectDistinct({ vendor: channels.vendor })
    .from(channels)
    .where(and(eq(channels.enabled, true), ne(channels.vendor, 'sandbox')))
    .orderBy(asc(channels.vendor));
  const names = new Map(VENDORS.map(({ id, name }) => [id, name]));
  return { brand, retentionDays, vendors: rows.map(({ vendor }) => names.get(vendor) ?? vendor) };
}
