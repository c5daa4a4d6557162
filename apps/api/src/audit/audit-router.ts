import { router, staffProcedure } from '../trpc.ts';
import { auditExportInput, auditListInput } from './audit-inputs.ts';
import type { AuditPage } from './audit-view.ts';
import { listAudit } from './list-audit.ts';
import { writeAudit } from './write-audit.ts';

/** What the staff has done. */
export const auditRouter = router({
  list: staffProcedure('owner', 'admin', 'read_only')
    .input(auditListInput)
    .query(({ ctx, input }): Promise<AuditPage> => listAudit(ctx.database.db, input)),

  /** As `list`, in larger pages, to be taken away; so it is a line of the log itself. */
  export: staffProcedure('owner', 'admin')
    .input(auditExportInput)
    .mutation(async ({ ctx, input }): Promise<AuditPage> => {
      const { cursor, limit: _limit, ...filters } = input;
      const { db } = ctx.database;
      const page = await listAudit(db, input);
      if (cursor === undefined) await writeAudit(db, ctx.actor, { action: 'audit.export', after: filters });
      return page;
    }),
});
