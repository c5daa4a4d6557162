import { WeirError } from '@weir/core/errors';
import type { Db } from '@weir/db/connect';
import { accounts } from '@weir/db/schema';
import { eq } from 'drizzle-orm';
import type { Actor } from '../audit/actor.ts';
import { writeAudit } from '../audit/write-audit.ts';
import type { LegalMatter } from './legal-holds.ts';

/**
 * Notes down that the data of an account are handed out, before they are.
 * @throws {WeirError} `not_found`.
 */
export async function auditLawfulExport(
  db: Db,
  actor: Actor,
  { accountId, reference }: LegalMatter,
): Promise<void> {
  if ((await db.$count(accounts, eq(accounts.id, accountId))) === 0) {
    throw new WeirError('not_found', `There is no account ${accountId}.`, { param: 'accountId' });
  }
  const after = { reference };
  await writeAudit(db, actor, { action: 'account.lawful_export', targetId: accountId, accountId, after });
}
