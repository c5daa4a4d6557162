import { z } from 'zod';
import { defineNotice } from './notice-definition.ts';

const PATH = '/settings/security';

/** What a person is told of their sessions and second factors, since it may not have been them. */
export const signInNotices = {
  new_device: defineNotice({
    kind: 'security',
    data: z.object({ device: z.string().nullable(), address: z.string().nullable() }),
    path: PATH,
    texts: {
      en: ({ device, address }) => ({
        title: 'A sign-in from a new device',
        text: `Somebody signed in to your account${device ? ` with ${device}` : ''}${address ? ` from ${address}` : ''}. If it wasn’t you, end that session and change your password.`,
      }),
      'zh-CN': ({ device, address }) => ({
        title: '您的账户在新设备上登录',
        text: `您的账户刚刚${address ? `从 ${address} ` : ''}${device ? `通过 ${device} ` : ''}登录。如果不是您本人操作，请结束该会话并修改密码。`,
      }),
    },
  }),
  sessions_ended: defineNotice({
    kind: 'security',
    data: z.object({ ended: z.number() }),
    path: PATH,
    texts: {
      en: ({ ended }) => ({
        title: 'Your other sessions were ended',
        text: `Sessions ended: ${ended}. If it wasn’t you, change your password.`,
      }),
      'zh-CN': ({ ended }) => ({
        title: '其他会话已全部退出',
        text: `已结束 ${ended} 个会话。如果不是您本人操作，请修改密码。`,
      }),
    },
  }),
  second_factor_on: defineNotice({
    kind: 'security',
    data: z.object({}),
    path: PATH,
    texts: {
      en: () => ({
        title: 'Your second factor is on',
        text: 'Signing in with your password now asks for a second step too. All other sessions have ended. If it wasn’t you, contact support at once.',
      }),
      'zh-CN': () => ({
        title: '两步验证已开启',
        text: '今后用密码登录时还需完成第二步验证，其他会话已全部退出。如果不是您本人操作，请立即联系客服。',
      }),
    },
  }),
  second_factor_off: defineNotice({
    kind: 'security',
    data: z.object({}),
    path: PATH,
    texts: {
      en: () => ({
        title: 'Your second factor is off',
        text: 'Your password alone signs in again. All other sessions have ended. If it wasn’t you, change it and set up a second factor anew.',
      }),
      'zh-CN': () => ({
        title: '两步验证已关闭',
        text: '现在仅凭密码即可登录，其他会话已全部退出。如果不是您本人操作，请修改密码并重新开启两步验证。',
      }),
    },
  }),
  second_factor_reset: defineNotice({
    kind: 'security',
    data: z.object({}),
    path: PATH,
    texts: {
      en: () => ({
        title: 'An operator has removed your second factor',
        text: 'Your authenticator app, passkeys and recovery codes no longer work, and all sessions have ended. Sign in and set up a second factor anew. If you did not ask for this, contact support at once.',
      }),
      'zh-CN': () => ({
        title: '管理员已移除您的两步验证',
        text: '您的身份验证器、通行密钥和恢复代码均已失效，所有会话已退出。请登录后重新设置。如果您没有提出过此请求，请立即联系客服。',
      }),
    },
  }),
  recovery_code_used: defineNotice({
    kind: 'security',
    data: z.object({ left: z.number() }),
    path: PATH,
    texts: {
      en: ({ left }) => ({
        title: 'A recovery code was used',
        text: `Recovery codes left: ${left}. If it wasn’t you, change your password and make new codes.`,
      }),
      'zh-CN': ({ left }) => ({
        title: '有人使用了一个恢复代码',
        text: `剩余恢复代码：${left} 个。如果不是您本人操作，请修改密码并重新生成恢复代码。`,
      }),
    },
  }),
  recovery_codes_replaced: defineNotice({
    kind: 'security',
    data: z.object({}),
    path: PATH,
    texts: {
      en: () => ({
        title: 'Your recovery codes were replaced',
        text: 'The earlier ones no longer work. If it wasn’t you, change your password.',
      }),
      'zh-CN': () => ({
        title: '恢复代码已更新',
        text: '之前的恢复代码均已失效。如果不是您本人操作，请修改密码。',
      }),
    },
  }),
  passkey_added: defineNotice({
    kind: 'security',
    data: z.object({ name: z.string() }),
    path: PATH,
    texts: {
      en: ({ name }) => ({
        title: 'A passkey was added',
        text: `“${name}” can now sign in to your account. If it wasn’t you, remove it and change your password.`,
      }),
      'zh-CN': ({ name }) => ({
        title: '已添加通行密钥',
        text: `通行密钥“${name}”现在可以登录您的账户。如果不是您本人操作，请将其移除并修改密码。`,
      }),
    },
  }),
  passkey_removed: defineNotice({
    kind: 'security',
    data: z.object({ name: z.string() }),
    path: PATH,
    texts: {
      en: ({ name }) => ({
        title: 'A passkey was removed',
        text: `“${name}” no longer signs in to your account. If it wasn’t you, change your password.`,
      }),
      'zh-CN': ({ name }) => ({
        title: '已移除通行密钥',
        text: `通行密钥“${name}”已不能登录您的账户。如果不是您本人操作，请修改密码。`,
      }),
    },
  }),
};
