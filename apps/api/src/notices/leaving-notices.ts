import { z } from 'zod';
import { nanoUsdText, usd } from './nano-usd-text.ts';
import { defineNotice } from './notice-definition.ts';

const finalStatement = z.object({
  toppedUpNanoUsd: nanoUsdText,
  creditedOtherwiseNanoUsd: nanoUsdText,
  spentNanoUsd: nanoUsdText,
  balanceNanoUsd: nanoUsdText,
  heldNanoUsd: nanoUsdText,
});

type FinalStatement = z.output<typeof finalStatement>;

/** What a person is told of the end of their account, as it may not have been them who asked for it. */
export const leavingNotices = {
  deletion_requested: defineNotice({
    kind: 'security',
    // Those of former versions have no statement.
    data: z.object({ eraseAfter: z.iso.datetime(), statement: finalStatement.optional() }),
    path: '/sign-in',
    texts: {
      en: ({ eraseAfter, statement }) => ({
        title: 'Your account is to be deleted',
        text: `All keys and sessions have ended. Your personal data are erased after ${dayOf(eraseAfter)} (UTC). Until then you can sign in and keep the account. If you did not ask for this, sign in and do so, then set a new password.${statement ? statementEn(statement) : ''}`,
      }),
      'zh-CN': ({ eraseAfter, statement }) => ({
        title: '您的账户将被删除',
        text: `所有密钥均已作废，所有登录均已退出。您的个人数据将在 ${dayOf(eraseAfter)}（UTC）之后清除，在此之前您可以登录并保留账户。如果不是您本人操作，请登录保留账户，并修改密码。${statement ? statementZhCn(statement) : ''}`,
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

function statementEn(statement: FinalStatement): string {
  const { toppedUpNanoUsd, creditedOtherwiseNanoUsd, spentNanoUsd, balanceNanoUsd, heldNanoUsd } = statement;
  const lines = [
    'Your final statement:',
    `Topped up: ${usd(toppedUpNanoUsd)}`,
    `Granted, refunded and adjusted: ${usd(creditedOtherwiseNanoUsd)}`,
    `Spent: ${usd(spentNanoUsd)}`,
    `Left on the balance: ${usd(balanceNanoUsd)}`,
  ];
  if (heldNanoUsd !== '0') lines.push(`Of it, what calls still running may cost: ${usd(heldNanoUsd)}`);
  return `\n\n${lines.join('\n')}`;
}

function statementZhCn(statement: FinalStatement): string {
  const { toppedUpNanoUsd, creditedOtherwiseNanoUsd, spentNanoUsd, balanceNanoUsd, heldNanoUsd } = statement;
  const lines = [
    '最终对账单：',
    `累计充值：${usd(toppedUpNanoUsd)}`,
    `赠送、退款与调整：${usd(creditedOtherwiseNanoUsd)}`,
    `累计消费：${usd(spentNanoUsd)}`,
    `剩余余额：${usd(balanceNanoUsd)}`,
  ];
  if (heldNanoUsd !== '0') lines.push(`其中为进行中的调用预留：${usd(heldNanoUsd)}`);
  return `\n\n${lines.join('\n')}`;
}
