import { newId } from '@weir/core/ids';
import type { Db } from '@weir/db/connect';
import { auditLog, type AuditValues } from '@weir/db/schema';
import type { Actor } from './actor.ts';
import type { AuditAction } from './audit-actions.ts';

export interface Audited {
  readonly action: AuditAction;
  /** The id of what it was done to. */
  readonly targetId?: string | undefined;
  /** The account that it concerns. */
  readonly accountId?: string | undefined;
  /** Of a person nothing but the id, as a row of the log can't be erased with them. */
  readonly before?: AuditValues | undefined;
  readonly after?: AuditValues | undefined;
}

/** A line of the audit log, in whichever transaction `db` is. */
export async function writeAudit(db: Db, actor: Actor, done: Audited): Promise<void> {
  await db.insert(auditLog).values({
    ...done,
    id: newId('audit'),
    actorKind: actor.kind,
    actorId: actor.id,
    actorRole: actor.kind === 'staff' ? actor.role : null,
  });
}
