import { z } from 'zod';
import { defineNotice } from './notice-definition.ts';

/** Which of the gateway's ways to a vendor it is. */
const channel = z.object({ channelId: z.string(), vendor: z.string(), host: z.string() });

/** What the staff is told who keep the gateway running. */
export const channelNotices = {
  channel_down: defineNotice({
    kind: 'service',
    data: channel.extend({ reason: z.enum(['unreachable', 'keys_refused']) }),
    path: '/admin/channels',
    texts: {
      en: ({ channelId, vendor, host, reason }) => ({
        title: `A channel to ${vendor} is down`,
        text: `${reason === 'unreachable' ? `${host} can’t be reached` : `${host} refuses or limits all of the channel’s keys`}, and calls pass ${channelId} by. Models that no other channel serves are answered with 503.`,
      }),
      'zh-CN': ({ channelId, vendor, host, reason }) => ({
        title: `${vendor} 渠道不可用`,
        text: `${reason === 'unreachable' ? `无法连接 ${host}` : `${host} 拒绝或限制了该渠道的全部密钥`}，调用会绕过 ${channelId}。没有其他渠道的模型将返回 503。`,
      }),
    },
  }),
  channel_back: defineNotice({
    kind: 'service',
    data: channel,
    path: '/admin/channels',
    texts: {
      en: ({ channelId, vendor, host }) => ({
        title: `A channel to ${vendor} is back`,
        text: `Calls go to ${host} by ${channelId} again.`,
      }),
      'zh-CN': ({ channelId, vendor, host }) => ({
        title: `${vendor} 渠道已恢复`,
        text: `调用已恢复经 ${channelId} 发往 ${host}。`,
      }),
    },
  }),
};
