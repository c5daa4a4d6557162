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
  /** Whether they go to an archive then, but for addresses. */
  readonly hasArchive: boolean;
  /** For how many days people can take back that their account is to be deleted. */
  readonly graceDays: number;
  /** After how many days without use a session ends, and after how many whatever its use. */
  readonly sessionDays: { readonly idle: number; readonly total: number };
  /** Who gets what callers send, by name. */
  readonly vendors: readonly string[];
}

export type PolicySettings = Pick<
  Config,
  | 'brand'
  | 'CLICKHOUSE_URL'
  | 'WEIR_LOG_RETENTION_DAYS'
  | 'WEIR_DELETION_GRACE_DAYS'
  | 'WEIR_SESSION_IDLE_HOURS'
  | 'WEIR_SESSION_HOURS_MAX'
>;

/** A simulated vendor gets nothing out of the house. */
export async function policyFacts(db: Db, settings: PolicySettings): Promise<PolicyFacts> {
  const rows = await db
    .selectDistinct({ vendor: channels.vendor })
    .from(channels)
    .where(and(eq(channels.enabled, true), ne(channels.vendor, 'sandbox')))
    .orderBy(asc(channels.vendor));
  const names = new Map(VENDORS.map(({ id, name }) => [id, name]));
  return {
    brand: settings.brand,
    retentionDays: settings.WEIR_LOG_RETENTION_DAYS,
    hasArchive: settings.CLICKHOUSE_URL !== undefined,
    graceDays: settings.WEIR_DELETION_GRACE_DAYS,
    sessionDays: {
      idle: wholeDays(settings.WEIR_SESSION_IDLE_HOURS),
      total: wholeDays(settings.WEIR_SESSION_HOURS_MAX),
    },
    vendors: rows.map(({ vendor }) => names.get(vendor) ?? vendor),
  };
}

function wholeDays(hours: number): number {
  return Math.ceil(hours / 24);
}
