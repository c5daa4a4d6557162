import { router, staffProcedure } from '../trpc.ts';
import { listChannelHealth } from './channel-health.ts';
import type { ChannelHealthView } from './channel-health-view.ts';

/** For the staff who keep the gateway running. */
export const channelsRouter = router({
  list: staffProcedure('owner', 'admin', 'support').query(({ ctx }): Promise<ChannelHealthView[]> =>
    listChannelHealth(ctx.database.db),
  ),
});
