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

  /** As `list`, in larger pages, to be taken away; so each page is a line of the log itself. */
  export: staffProcedure('owner', 'admin')
    .input(auditExportInput)
    .mutation(async ({ ctx, input }): Promise<AuditPage> => {
      const { cursor: _cursor, limit: _limit, actor, ...filters } = input;
      const { db } = ctx.database;
      const page = await listAudit(db, input);
      // Whom it was about may have been written as an e-mail, which could not be erased again.
      const after = { ...filters, lines: page.items.length, ...(actor && { ofOneActor: true }) };
      await writeAudit(db, ctx.actor, { action: 'audit.export', after });
      return page;
    }),
});
