import { usdDecimal, type NanoUsd } from '@weir/core/money';
import { Option, type Command } from 'commander';
import { createKey } from '../../keys/create-key.ts';
import type { KeyLimits } from '../../keys/key-limits.ts';
import type { BudgetView, ListedKeyView } from '../../keys/key-view.ts';
import { keySettings } from '../../keys/key-settings.ts';
import { revokeKey } from '../../keys/revoke-key.ts';
import { updateKey } from '../../keys/update-key.ts';
import { operation, printResult } from '../operation.ts';
import { changeDatabase } from '../use-database.ts';
import { idOf, nameOfKey, nullIfNone, orNone, usdPrice, wholeNumber } from '../values.ts';

const PERIODS: Readonly<Record<string, string>> = {
  total: 'ever',
  day: 'a day',
  week: 'a week',
  month: 'a month',
};

export function addKeyCommands(program: Command): void {
  const group = program.command('key').description('API keys.');

  const creation = operation(group, 'create', {
    description: 'Create an API key. It is shown this once.',
    examples: [
      'key create --account acc_06e2m8k3q0…',
      'key create --account acc_06e2m8k3q0… --name "CI" --budget-month-usd 50 --concurrency 10 --json',
    ],
  })
    .requiredOption('--account <id>', 'whose key', idOf('account'))
    .option('--name <name>', 'what to call it', nameOfKey, 'Key made by an operator');
  addLimitOptions(creation).action(create);

  const change = operation(group, 'set', {
    description: 'Change an API key, on every relay at once. What is not said stays as it is.',
    examples: [
      'key set key_06e2m8k3q0… --budget-day-usd 5 --concurrency 10',
      'key set key_06e2m8k3q0… --budget-day-usd none --disconnect drain',
    ],
  })
    .argument('<key>', 'its id, not the key itself', idOf('key'))
    .option('--name <name>', 'what to call it', nameOfKey);
  addLimitOptions(change).action(set);

  operation(group, 'revoke', {
    description: 'Revoke an API key, for good, on every relay at once.',
    examples: ['key revoke key_06e2m8k3q0…'],
  })
    .argument('<key>', 'its id, not the key itself', idOf('key'))
    .action(revoke);
}

interface LimitOptions {
  disconnect?: 'cancel' | 'drain';
  budgetTotalUsd?: NanoUsd | 'none';
  budgetDayUsd?: NanoUsd | 'none';
  budgetWeekUsd?: NanoUsd | 'none';
  budgetMonthUsd?: NanoUsd | 'none';
  concurrency?: number | 'none';
  json?: true;
}

function addLimitOptions(command: Command): Command {
  const budget = orNone(usdPrice);
  return command
    .addOption(
      new Option(
        '--disconnect <policy>',
        'when a client goes away: cancel stops the vendor and charges what was produced, drain lets it finish and charges all',
      ).choices(['cancel', 'drain']),
    )
    .option('--budget-total-usd <amount>', 'what it may ever spend, in US dollars, or none', budget)
    .option('--budget-day-usd <amount>', 'in a day of UTC', budget)
    .option('--budget-week-usd <amount>', 'in a week of UTC, from Monday on', budget)
    .option('--budget-month-usd <amount>', 'in a month of UTC', budget)
    .option('--concurrency <calls>', 'calls at a time, or none', orNone(wholeNumber(1, 10_000)));
}

function limitsOf(options: LimitOptions): KeyLimits {
  return {
    disconnectPolicy: options.disconnect,
    budgets: {
      totalNanoUsd: nullIfNone(options.budgetTotalUsd),
      dayNanoUsd: nullIfNone(options.budgetDayUsd),
      weekNanoUsd: nullIfNone(options.budgetWeekUsd),
      monthNanoUsd: nullIfNone(options.budgetMonthUsd),
    },
    concurrencyMax: nullIfNone(options.concurrency),
  };
}

async function create(options: LimitOptions & { account: string; name: string }): Promise<void> {
  const { account: accountId, name } = options;
  const { keyId, key } = await changeDatabase(async ({ db }) => {
    const result = await createKey(db, { ...limitsOf(options), accountId, name });
    const { keyId } = result;
    const after = { name, ...limitsOf(options) };
    return { result, done: { action: 'key.create', targetId: keyId, accountId, after } };
  });
  printResult(options, { keyId, key }, `Created key ${keyId}. Keep it now, it can't be shown again:\n${key}`);
}

async function set(keyId: string, options: LimitOptions & { name?: string }): Promise<void> {
  const { name } = options;
  const key = await changeDatabase(async ({ db }) => {
    const before = await keySettings(db, keyId);
    const result = await updateKey(db, { ...limitsOf(options), keyId, name });
    const { accountId, ...after } = await keySettings(db, keyId);
    return {
      result,
      done: {
        action: 'key.set',
        targetId: keyId,
        accountId,
        before: { ...before, accountId: undefined },
        after,
      },
    };
  });
  printResult(options, key, `Key ${keyId} (${key.name}): ${describeLimits(key)}.`);
}

function describeLimits({ disconnectPolicy, concurrencyMax, budgets }: ListedKeyView): string {
  const limits = Object.entries(budgets).flatMap(([period, budget]: [string, BudgetView | null]) =>
    budget === null ? [] : [`${usdDecimal(BigInt(budget.limitNanoUsd))} USD ${PERIODS[period]}`],
  );
  const calls =
    concurrencyMax === null ? 'any number of calls at a time' : `${concurrencyMax} calls at a time`;
  return [limits.join(', ') || 'no budget', calls, disconnectPolicy].join('; ');
}

async function revoke(id: string, options: { json?: true }): Promise<void> {
  const { keyId, revokedAt } = await changeDatabase(async ({ db }) => {
    const result = await revokeKey(db, id);
    const { accountId } = await keySettings(db, id);
    const after = { revokedAt: result.revokedAt };
    return { result, done: { action: 'key.revoke', targetId: id, accountId, after } };
  });
  printResult(options, { keyId, revokedAt }, `Revoked key ${keyId} at ${revokedAt}.`);
}
