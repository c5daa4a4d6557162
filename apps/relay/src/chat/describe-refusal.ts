import { WeirError } from '@weir/core/errors';
import { usdDecimal } from '@weir/core/money';
import type { BudgetPeriod, Refusal } from '@weir/ledger';

interface RefusedCall {
  readonly holdNanoUsd: bigint;
  readonly countedTokens: number;
  /** Output tokens per choice that so much would pay for. */
  readonly maxTokensThatFit: (leftNanoUsd: bigint) => number;
  readonly nowMs: number;
}

/** Calls end within seconds, most of them. */
const CONCURRENCY_RETRY_SECONDS = 1;

/** The refusal in words that say who refused, what is left, when that changes, and what to do. */
export function describeRefusal(refusal: Refusal, call: RefusedCall): WeirError {
  switch (refusal.by) {
    case 'balance':
      return outOfBalance(refusal.leftNanoUsd, call);
    case 'key_budget':
      return outOfBudget(refusal, call);
    case 'key_requests':
    case 'key_tokens':
      return tooManyInMinute(refusal, call);
    case 'account_concurrency':
    case 'key_concurrency':
      return tooManyAtOnce(refusal);
  }
}

function outOfBalance(leftNanoUsd: bigint, { holdNanoUsd, maxTokensThatFit }: RefusedCall): WeirError {
  const fitting = maxTokensThatFit(leftNanoUsd);
  const advice =
    fitting > 0
      ? `Set max_tokens to ${fitting} or less, or top up.`
      : leftNanoUsd > 0n
        ? 'Top up, or send a shorter prompt.'
        : 'Top up first.';
  return new WeirError(
    'insufficient_credit',
    `This call can cost up to ${usdDecimal(holdNanoUsd)} USD, which is held while it runs; your balance has ${usdDecimal(leftNanoUsd)} USD available. ${advice}`,
    {
      details: {
        refusedBy: 'balance',
        holdNanoUsd: holdNanoUsd.toString(),
        availableNanoUsd: leftNanoUsd.toString(),
        maxTokensThatFit: fitting,
      },
    },
  );
}

function outOfBudget(
  { period, leftNanoUsd }: Extract<Refusal, { by: 'key_budget' }>,
  { holdNanoUsd, maxTokensThatFit, nowMs }: RefusedCall,
): WeirError {
  const resetsAt = resetOf(period, nowMs);
  const fitting = maxTokensThatFit(leftNanoUsd);
  const whole = period === 'total' ? 'whole budget' : `budget for the ${period}`;
  const advice = [
    fitting > 0 ? `Set max_tokens to ${fitting} or less` : undefined,
    resetsAt === undefined ? undefined : `wait until ${resetsAt}`,
    'raise the budget in the dashboard',
  ].filter((way) => way !== undefined);
  return new WeirError(
    'budget_exceeded',
    `This call can cost up to ${usdDecimal(holdNanoUsd)} USD; this key’s ${whole} has ${usdDecimal(leftNanoUsd)} USD left. ${sentence(advice)}.`,
    {
      details: {
        refusedBy: 'key_budget',
        period,
        holdNanoUsd: holdNanoUsd.toString(),
        leftNanoUsd: leftNanoUsd.toString(),
        maxTokensThatFit: fitting,
        ...(resetsAt !== undefined && { resetsAt }),
      },
    },
  );
}

function tooManyAtOnce(refusal: Extract<Refusal, { concurrencyMax: number }>): WeirError {
  const { by, running, concurrencyMax } = refusal;
  const whose = by === 'key_concurrency' ? 'This key' : 'This account';
  return new WeirError(
    'concurrency_limited',
    `${whose} may have ${concurrencyMax} calls under way, and has ${running}. Send this one when one of them has ended.`,
    {
      details: { refusedBy: by, running, concurrencyMax },
      retryAfterSeconds: CONCURRENCY_RETRY_SECONDS,
    },
  );
}

function tooManyInMinute(
  refusal: Extract<Refusal, { perMinuteMax: number }>,
  { countedTokens }: RefusedCall,
): WeirError {
  const { by, perMinuteMax, left, minuteEndsInMs } = refusal;
  const retryAfterSeconds = Math.ceil(minuteEndsInMs / 1000);
  const details = { refusedBy: by, perMinuteMax, left, resetsInMs: minuteEndsInMs };
  if (by === 'key_requests') {
    return new WeirError(
      'rate_limited',
      `This key may make ${perMinuteMax} calls a minute, and has made them. Send this one in ${retryAfterSeconds} s, when the next minute begins.`,
      { details, retryAfterSeconds },
    );
  }
  const tokens = `This call counts ${countedTokens} tokens, its prompt and the output it asks for; this key may use ${perMinuteMax} a minute`;
  return countedTokens > perMinuteMax
    ? new WeirError(
        'rate_limited',
        `${tokens}, so it would never fit. Set a lower max_tokens, send a shorter prompt, or raise the limit in the dashboard.`,
        { details: { ...details, countedTokens } },
      )
    : new WeirError(
        'rate_limited',
        `${tokens}, and has ${left} left. Send it in ${retryAfterSeconds} s, when the next minute begins, or with a max_tokens that fits.`,
        { details: { ...details, countedTokens }, retryAfterSeconds },
      );
}

function sentence(ways: readonly string[]): string {
  const text = ways.join(', or ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** When a budget's period ends: at midnight of UTC, before Monday, or before the 1st; a total never does. */
function resetOf(period: BudgetPeriod, nowMs: number): string | undefined {
  const now = new Date(nowMs);
  const [year, month, day] = [now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate()];
  switch (period) {
    case 'total':
      return undefined;
    case 'day':
      return new Date(Date.UTC(year, month, day + 1)).toISOString();
    case 'week':
      return new Date(Date.UTC(year, month, day + ((8 - now.getUTCDay()) % 7 || 7))).toISOString();
    case 'month':
      return new Date(Date.UTC(year, month + 1, 1)).toISOString();
  }
}
