import { newId } from '@weir/core/ids';
import type { Db } from '@weir/db/connect';
import { auditLog, type AuditValues } from '@weir/db/schema';
import { inTransaction, type Transaction } from '@weir/db/transaction';
import type { Actor } from './actor.ts';
import type { AuditAction } from './audit-actions.ts';

/** Ids, names of things, and figures; of a person nothing but the id, as a row of the log can't be erased with them. */
type Values = object;

export interface Audited {
  readonly action: AuditAction;
  /** The id of what it was done to. */
  readonly targetId?: string | undefined;
  /** The account that it concerns. */
  readonly accountId?: string | undefined;
  readonly before?: Values | undefined;
  readonly after?: Values | undefined;
}

/**
 * Does something of the staff's together with its line in the audit log: both are written, or neither.
 * @param run says what it did; nothing, when all was as it should be already.
 */
export function audited<Result>(
  db: Db,
  actor: Actor,
  run: (transaction: Transaction) => Promise<{ result: Result; done: Audited | undefined }>,
): Promise<Result> {
  return inTransaction(db, async (transaction) => {
    const { result, done } = await run(transaction);
    if (done) await writeAudit(transaction.db, actor, done);
    return result;
  });
}

/** A line of the audit log, in whichever transaction `db` is. */
export async function writeAudit(db: Db, actor: Actor, { before, after, ...done }: Audited): Promise<void> {
  await db.insert(auditLog).values({
    ...done,
    id: newId('audit'),
    actorKind: actor.kind,
    actorId: actor.kind === 'system' ? null : actor.id,
    actorRole: actor.kind === 'staff' ? actor.role : null,
    before: asStored(before),
    after: asStored(after),
  });
}

const SECRET_NAME = /secret|password|hash|token$|cookie|credential/i;
/** As this gateway's keys begin, and those of vendors. */
const SECRET_VALUE = /\b(?:sk-|gsk_|xai-|AIza)[\w-]{8,}/;

/** Money becomes decimal strings, as in every JSON. @throws rather than let a secret be kept for good. */
function asStored(values: Values | undefined): AuditValues | null {
  if (values === undefined) return null;
  const json = JSON.stringify(values, (name, value: unknown) => {
    if (SECRET_NAME.test(name) || (typeof value === 'string' && SECRET_VALUE.test(value))) {
      throw new Error(`the audit log takes no secrets: ${name}`);
    }
    return typeof value === 'bigint' ? value.toString() : value;
  });
  return JSON.parse(json);
}
