import { z } from 'zod';
import { nanoUsdText, usd } from './nano-usd-text.ts';
import { defineNotice } from './notice-definition.ts';

const PERIODS_ZH = { total: '总计', day: '今日', week: '本周', month: '本月' } as const;
const PERIODS_EN = { total: 'in total', day: 'today', week: 'this week', month: 'this month' } as const;

/** What a person may want to act on before calls are refused. */
export const spendingNotices = {
  balance_low: defineNotice({
    kind: 'low_balance',
    data: z.object({ balanceNanoUsd: nanoUsdText, thresholdNanoUsd: nanoUsdText }),
    path: '/overview',
    texts: {
      en: ({ balanceNanoUsd, thresholdNanoUsd }) => ({
        title: 'Your balance is low',
        text: `It has fallen to ${usd(balanceNanoUsd)}, below the ${usd(thresholdNanoUsd)} at which you are told. At zero, calls are refused.`,
      }),
      'zh-CN': ({ balanceNanoUsd, thresholdNanoUsd }) => ({
        title: '余额不足',
        text: `余额已降至 ${usd(balanceNanoUsd)}，低于提醒线 ${usd(thresholdNanoUsd)}。余额用完后，调用会被拒绝。`,
      }),
    },
  }),
  key_budget_reached: defineNotice({
    kind: 'key_budget',
    data: z.object({
      keyName: z.string(),
      period: z.enum(['total', 'day', 'week', 'month']),
      percent: z.number().int(),
      spentNanoUsd: nanoUsdText,
      budgetNanoUsd: nanoUsdText,
    }),
    path: '/keys',
    texts: {
      en: ({ keyName, period, percent, spentNanoUsd, budgetNanoUsd }) => ({
        title: `Key “${keyName}” has spent ${percent} % of its budget`,
        text: `${usd(spentNanoUsd)} of ${usd(budgetNanoUsd)} ${PERIODS_EN[period]}. Calls that could go beyond the budget are refused.`,
      }),
      'zh-CN': ({ keyName, period, percent, spentNanoUsd, budgetNanoUsd }) => ({
        title: `密钥“${keyName}”已用去预算的 ${percent}%`,
        text: `${PERIODS_ZH[period]}已用 ${usd(spentNanoUsd)}，预算为 ${usd(budgetNanoUsd)}。可能超出预算的调用会被拒绝。`,
      }),
    },
  }),
};
