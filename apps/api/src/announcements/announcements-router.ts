import { newId } from '@weir/core/ids';
import { z } from 'zod';
import { audited } from '../audit/write-audit.ts';
import { locale } from '../auth/auth-inputs.ts';
import { countListeners } from '../notices/tell-people.ts';
import { cursorOf, pageLimit } from '../page.ts';
import { router, staffProcedure } from '../trpc.ts';
import { ANNOUNCEMENT_KINDS, announcementId, announcementInput } from './announcement-inputs.ts';
import type { AnnouncementPage, AnnouncementPreview, PublishedView } from './announcement-view.ts';
import { listAnnouncements } from './list-announcements.ts';
import { publishAnnouncement, withdrawAnnouncement } from './publish-announcement.ts';

const announcerProcedure = staffProcedure('owner', 'admin');

/** What everybody is told. Each change is audited. */
export const announcementsRouter = router({
  list: announcerProcedure
    .input(z.object({ locale, limit: pageLimit, cursor: cursorOf('ann').optional() }))
    .query(({ ctx, input }): Promise<AnnouncementPage> => listAnnouncements(ctx.database.db, input)),

  /** Whom it would reach, before it is published. */
  preview: announcerProcedure
    .input(z.object({ kind: z.enum(ANNOUNCEMENT_KINDS) }))
    .query(async ({ ctx, input }): Promise<AnnouncementPreview> => ({
      announcementId: newId('announcement'),
      ...(await countListeners(ctx.database.db, input.kind)),
    })),

  publish: announcerProcedure
    .input(announcementInput)
    .mutation(({ ctx, input }): Promise<PublishedView> =>
      audited(ctx.database.db, ctx.actor, ({ db }) =>
        publishAnnouncement(db, input, ctx.settings.brand.locales),
      ),
    ),

  withdraw: announcerProcedure
    .input(z.object({ announcementId }))
    .mutation(async ({ ctx, input }): Promise<{ ok: true }> => {
      await audited(ctx.database.db, ctx.actor, ({ db }) => withdrawAnnouncement(db, input.announcementId));
      return { ok: true };
    }),
});
