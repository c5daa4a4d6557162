import type { Db } from '@weir/db/connect';
import { auditLog, users } from '@weir/db/schema';
import { and, desc, eq, gte, lt, or } from 'drizzle-orm';
import { pageOf } from '../page.ts';
import type { AuditListInput } from './audit-inputs.ts';
import type { AuditPage, AuditRow } from './audit-view.ts';

/** The audit log, newest first. */
export async function listAudit(db: Db, input: AuditListInput): Promise<AuditPage> {
  const { cursor, limit, action, actor, target, since, until } = input;
  const rows = await db
    .select({ line: auditLog, actorEmail: users.email })
    .from(auditLog)
    .leftJoin(users, and(eq(auditLog.actorKind, 'staff'), eq(users.id, auditLog.actorId)))
    .where(
      and(
        cursor === undefined ? undefined : lt(auditLog.id, cursor),
        action === undefined ? undefined : eq(auditLog.action, action),
        actor ? or(eq(auditLog.actorId, actor), eq(users.email, actor.toLowerCase())) : undefined,
        target ? or(eq(auditLog.targetId, target), eq(auditLog.accountId, target)) : undefined,
        since === undefined ? undefined : gte(auditLog.createdAt, new Date(since)),
        until === undefined ? undefined : lt(auditLog.createdAt, new Date(until)),
      ),
    )
    .orderBy(desc(auditLog.id))
    .limit(limit + 1);
  const { items, nextCursor } = pageOf(rows, limit, ({ line }) => line.id);
  return { items: items.map(auditRow), nextCursor };
}

function auditRow({
  line,
  actorEmail,
}: {
  line: typeof auditLog.$inferSelect;
  actorEmail: string | null;
}): AuditRow {
  const { id, createdAt, ...rest } = line;
  return { auditId: id, at: createdAt.toISOString(), actorEmail, ...rest };
}
