import { z } from 'zod';
import { defineNotice } from './notice-definition.ts';

const PATH = '/settings/webhook';
const data = z.object({ host: z.string() });

/** What a person is told of their webhook: somebody else who set it would read along, and one that is off tells nothing. */
export const webhookNotices = {
  webhook_set: defineNotice({
    kind: 'security',
    data,
    path: PATH,
    texts: {
      en: ({ host }) => ({
        title: 'A webhook for your notices was set',
        text: `Your notices are now posted to ${host} too. If it wasn’t you, remove the webhook and change your password.`,
      }),
      'zh-CN': ({ host }) => ({
        title: '已设置通知 Webhook',
        text: `今后您的通知也会推送到 ${host}。如果不是您本人操作，请移除该 Webhook 并修改密码。`,
      }),
    },
  }),
  webhook_switched_off: defineNotice({
    kind: 'security',
    data,
    path: PATH,
    texts: {
      en: ({ host }) => ({
        title: 'Your webhook was switched off',
        text: `${host} does not take your notices any more. Look into it, then switch the webhook on again in the settings.`,
      }),
      'zh-CN': ({ host }) => ({
        title: '您的 Webhook 已停用',
        text: `${host} 已不再接收您的通知。请排查原因，然后在设置中重新启用 Webhook。`,
      }),
    },
  }),
};
