import { z } from 'zod';
import { recentlyAuthenticatedProcedure, router, sessionProcedure } from '../trpc.ts';
import { findWebhook, queueTest } from './find-webhook.ts';
import { removeWebhook, rotateWebhookSecret, setWebhook } from './set-webhook.ts';
import { requireCallable } from './webhook-guard.ts';
import type { WebhookSecretView, WebhookView } from './webhook-view.ts';

const URL_MAX = 500;

const url = z
  .string('Write a URL.')
  .trim()
  .max(URL_MAX, `A URL has at most ${URL_MAX} characters.`)
  .pipe(z.url({ protocol: /^https?$/, error: 'Write a URL like https://example.com/notices.' }))
  .transform((text) => new URL(text))
  .refine(({ username, password }) => username === '' && password === '', 'Leave name and password out.')
  .transform((parsed) => parsed.href.replace(/#.*$/, ''));

/** Where a person has their notices posted to, beside the mail. */
export const webhookRouter = router({
  get: sessionProcedure.query(({ ctx }): Promise<WebhookView | null> =>
    findWebhook(ctx.database.db, ctx.session.userId),
  ),

  set: recentlyAuthenticatedProcedure
    .input(z.object({ url }))
    .mutation(({ ctx, input }): Promise<WebhookSecretView> => {
      requireCallable(input.url, ctx.settings.WEIR_WEBHOOK_PRIVATE_HOSTS);
      const { userId } = ctx.session;
      return setWebhook(ctx.database.db, ctx.secrets, { userId, url: input.url });
    }),

  rotateSecret: recentlyAuthenticatedProcedure.mutation(({ ctx }): Promise<WebhookSecretView> =>
    rotateWebhookSecret(ctx.database.db, ctx.secrets, ctx.session.userId),
  ),

  remove: recentlyAuthenticatedProcedure.mutation(async ({ ctx }): Promise<{ ok: true }> => {
    await removeWebhook(ctx.database.db, ctx.session.userId);
    return { ok: true };
  }),

  test: sessionProcedure.mutation(async ({ ctx }): Promise<{ deliveryId: string }> => {
    await ctx.attempts.count('webhook_test', ctx.session.userId);
    return queueTest(ctx.database.db, ctx.session.userId);
  }),
});
