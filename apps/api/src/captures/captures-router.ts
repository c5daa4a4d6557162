import { requireRecentProof } from '../auth/require-recent-proof.ts';
import { router, sessionProcedure } from '../trpc.ts';
import { listRecordsInput, ofKeyInput, ofRecordInput, startCaptureInput } from './capture-inputs.ts';
import { findRecord, listRecords, removeRecord } from './capture-records.ts';
import type { CaptureRecordPage, CaptureView, KeyCaptureView, SealedRecordView } from './capture-view.ts';
import { findKeyCapture } from './find-captures.ts';
import { requireCaptureAllowed } from './require-capture-allowed.ts';
import { removeCapture, startCapture, stopCapture } from './switch-capture.ts';

/** For a person of the account; no program, and no staff but for their own keys. */
const captureProcedure = sessionProcedure.use(({ ctx, next }) => {
  requireCaptureAllowed(ctx.settings.brand);
  return next();
});

const provenCaptureProcedure = captureProcedure.use(({ ctx, next }) => {
  requireRecentProof(ctx.session, ctx.settings);
  return next();
});

export const capturesRouter = router({
  find: captureProcedure
    .input(ofKeyInput)
    .query(({ ctx, input }): Promise<KeyCaptureView> =>
      findKeyCapture(ctx.database.db, input.keyId, ctx.session.accountId),
    ),

  start: provenCaptureProcedure
    .input(startCaptureInput)
    .mutation(({ ctx, input }): Promise<CaptureView> => startCapture(ctx.database.db, ctx.session, input)),

  /** Whoever has to do it is in a hurry: no proof is asked for. */
  stop: captureProcedure
    .input(ofKeyInput)
    .mutation(({ ctx, input }): Promise<{ ok: true }> =>
      stopCapture(ctx.database.db, ctx.session, input.keyId),
    ),

  remove: captureProcedure
    .input(ofKeyInput)
    .mutation(({ ctx, input }): Promise<{ ok: true }> =>
      removeCapture(ctx.database.db, ctx.session, input.keyId),
    ),

  records: captureProcedure
    .input(listRecordsInput)
    .query(({ ctx, input }): Promise<CaptureRecordPage> =>
      listRecords(ctx.database.db, ctx.session.accountId, input),
    ),

  record: captureProcedure
    .input(ofRecordInput)
    .query(({ ctx, input }): Promise<SealedRecordView> =>
      findRecord(ctx.database.db, ctx.session.accountId, input),
    ),

  removeRecord: captureProcedure
    .input(ofRecordInput)
    .mutation(({ ctx, input }): Promise<{ ok: true }> =>
      removeRecord(ctx.database.db, ctx.session.accountId, input),
    ),
});
