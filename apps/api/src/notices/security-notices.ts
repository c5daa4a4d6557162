import { z } from 'zod';
import { defineNotice } from './notice-definition.ts';

/** `2027-01-31 08:30` */
const minuteOf = (at: string) => at.slice(0, 16).replace('T', ' ');

/** What a person is told whether they like it or not, since it may not have been them. */
export const securityNotices = {
  password_changed: defineNotice({
    kind: 'security',
    data: z.object({}),
    path: '/settings',
    texts: {
      en: () => ({
        title: 'Your password was changed',
        text: 'All other sessions have ended. If this wasn’t you, set a new password with “Forgot password” at once.',
      }),
      'zh-CN': () => ({
        title: '您的密码已修改',
        text: '其他设备上的登录已全部退出。如果不是您本人操作，请立即通过“忘记密码”重设密码。',
      }),
    },
  }),
  email_changed: defineNotice({
    kind: 'security',
    data: z.object({ newEmail: z.string() }),
    path: '/settings',
    texts: {
      en: ({ newEmail }) => ({
        title: 'Your e-mail was changed',
        text: `You now sign in with ${newEmail}. The old address was sent a link that takes this back within 72 hours.`,
      }),
      'zh-CN': ({ newEmail }) => ({
        title: '您的邮箱已更改',
        text: `今后请使用 ${newEmail} 登录。原邮箱会收到一个链接，72 小时内可以撤销此次更改。`,
      }),
    },
  }),
  email_change_undone: defineNotice({
    kind: 'security',
    data: z.object({}),
    path: '/forgot',
    texts: {
      en: () => ({
        title: 'A change of your e-mail was taken back',
        text: 'You sign in with this address again. All sessions have ended and the password was removed: set a new one with “Forgot password”. Passkeys, apps, recovery codes and API keys made or changed since a day before your e-mail was are gone too. Look through your keys, and replace those that your programs need.',
      }),
      'zh-CN': () => ({
        title: '邮箱更改已撤销',
        text: '您的登录邮箱已恢复为此地址。所有登录均已退出，原密码已作废，请通过“忘记密码”设置新密码。自邮箱更改前一天以来新增或变更的通行密钥、身份验证器、恢复码和 API 密钥也已失效，请检查密钥列表，为仍在使用的程序更换密钥。',
      }),
    },
  }),
  key_leaked: defineNotice({
    kind: 'security',
    data: z.object({ keyId: z.string(), keyName: z.string(), last4: z.string(), scanner: z.string() }),
    path: '/keys',
    texts: {
      en: ({ keyName, last4, scanner }) => ({
        title: 'One of your API keys was found in public',
        text: `${scanner} found the key “${keyName}” (…${last4}) where anybody can read it. It is disabled. Rotate it, and put the new one where only your programs can read it.`,
      }),
      'zh-CN': ({ keyName, last4, scanner }) => ({
        title: '您的一个 API 密钥已泄露',
        text: `${scanner} 在公开位置发现了密钥“${keyName}”（…${last4}），该密钥已被停用。请轮换密钥，并将新密钥存放在只有您的程序可以读取的地方。`,
      }),
    },
  }),
  capture_started: defineNotice({
    kind: 'security',
    data: z.object({ keyName: z.string(), last4: z.string(), endsAt: z.iso.datetime() }),
    path: '/keys',
    texts: {
      en: ({ keyName, last4, endsAt }) => ({
        title: 'The calls of one of your API keys are being captured',
        text: `Somebody who is signed in to your account has switched on the capture of the key “${keyName}” (…${last4}). It ends, and what was captured is deleted, at ${minuteOf(endsAt)} UTC. If it wasn’t you, switch it off and change your password.`,
      }),
      'zh-CN': ({ keyName, last4, endsAt }) => ({
        title: '正在抓取您一个 API 密钥的调用内容',
        text: `有人在您的账户中为密钥“${keyName}”（…${last4}）开启了调试抓取。抓取将于 ${minuteOf(endsAt)}（UTC）结束，届时抓取的内容会全部删除。如果不是您本人操作，请立即关闭抓取并修改密码。`,
      }),
    },
  }),
  email_in_use: defineNotice({
    kind: 'security',
    data: z.object({}),
    path: '/sign-in',
    texts: {
      en: () => ({
        title: 'Someone tried to use your e-mail address',
        text: 'They asked for an account with it, or for it to be that of theirs. You have an account already, and nothing has changed. If it was you, sign in, or use “Forgot password”.',
      }),
      'zh-CN': () => ({
        title: '有人尝试使用您的邮箱地址',
        text: '有人想用它注册账户，或把它设为自己账户的邮箱。您已有账户，一切未变。如果是您本人，请直接登录，或使用“忘记密码”。',
      }),
    },
  }),
  sign_in_blocked: defineNotice({
    kind: 'security',
    data: z.object({}),
    path: '/settings',
    texts: {
      en: () => ({
        title: 'Signing in was tried many times',
        text: 'Somebody has entered wrong passwords for your account, and has to wait between further tries. If it wasn’t you, nothing was given away; a long password of your own keeps it so.',
      }),
      'zh-CN': () => ({
        title: '您的账户出现多次登录失败',
        text: '有人多次输错您账户的密码，之后每次尝试都须等待。如果不是您本人，账户并未泄露；请使用足够长、且未在别处用过的密码。',
      }),
    },
  }),
  code_tries_blocked: defineNotice({
    kind: 'security',
    data: z.object({}),
    path: '/settings/security',
    texts: {
      en: () => ({
        title: 'Wrong codes were entered many times',
        text: 'Somebody has got as far as the second step of signing in to your account, or is signed in to it, has entered wrong codes there, and has to wait between further tries. If it wasn’t you, they may know your password: change it, and end the sessions that are not yours.',
      }),
      'zh-CN': () => ({
        title: '您的账户多次输错验证码',
        text: '有人已进入您账户登录的第二步，或已登录您的账户，并在其中多次输错验证码，之后每次尝试都须等待。如果不是您本人，对方可能知道您的密码：请立即修改密码，并退出不属于您的登录。',
      }),
    },
  }),
  password_tries_blocked: defineNotice({
    kind: 'security',
    data: z.object({}),
    path: '/settings/security',
    texts: {
      en: () => ({
        title: 'Somebody who is signed in has entered wrong passwords',
        text: 'In a session of your account the password was asked for, and was wrong many times. If it wasn’t you, somebody else has that session: end those that are not yours, and change your password.',
      }),
      'zh-CN': () => ({
        title: '有人在您已登录的账户中多次输错密码',
        text: '您账户的一个登录中需要验证密码，但多次输入错误。如果不是您本人，说明他人正在使用该登录：请退出不属于您的登录，并修改密码。',
      }),
    },
  }),
};
