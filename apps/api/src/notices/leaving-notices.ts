import { z } from 'zod';
import { defineNotice } from './notice-definition.ts';

/** What a person is told of the end of their account, as it may not have been them who asked for it. */
export const leavingNotices = {
  deletion_requested: defineNotice({
    kind: 'security',
    data: z.object({ eraseAfter: z.iso.datetime() }),
    path: '/sign-in',
    texts: {
      en: ({ eraseAfter }) => ({
        title: 'Your account is to be deleted',
        text: `All keys and sessions have ended. Your personal data are erased after ${dayOf(eraseAfter)} (UTC). Until then you can sign in and keep the account. If you did not ask for this, sign in and do so, then set a new password.`,
      }),
      'zh-CN': ({ eraseAfter }) => ({
        title: '您的账户将被删除',
        text: `所有密钥均已作废，所有登录均已退出。您的个人数据将在 ${dayOf(eraseAfter)}（UTC）之后清除，在此之前您可以登录并保留账户。如果不是您本人操作，请登录保留账户，并修改密码。`,
      }),
    },
  }),
  deletion_cancelled: defineNotice({
    kind: 'security',
    data: z.object({}),
    path: '/keys',
    texts: {
      en: () => ({
        title: 'Your account stays',
        text: 'Its deletion was cancelled. The keys that ended with it stay ended; make new ones.',
      }),
      'zh-CN': () => ({
        title: '您的账户已保留',
        text: '删除申请已取消。已作废的密钥不会恢复，请新建密钥。',
      }),
    },
  }),
};

/** @param at ISO 8601. */
function dayOf(at: string): string {
  return at.slice(0, 10);
}
