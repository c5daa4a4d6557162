import { KEY_SCOPES, type KeyScope } from '@weir/core/key-scopes';
import { usdDecimal, type NanoUsd } from '@weir/core/money';
import { Option, type Command } from 'commander';
import { createKey } from '../../keys/create-key.ts';
import type { KeyLimits } from '../../keys/key-limits.ts';
import type { BudgetView, ListedKeyView } from '../../keys/key-view.ts';
import { revokeKey } from '../../keys/revoke-key.ts';
import { updateKey } from '../../keys/update-key.ts';
import { operation, printResult } from '../operation.ts';
import { useDatabase } from '../use-database.ts';
import {
  idOf,
  listOf,
  nameOfKey,
  nullIfNone,
  orNone,
  regionName,
  usdPrice,
  vendorName,
  wholeNumber,
} from '../values.ts';

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
      'key create --account acc_06e2m8k3q0… --name "Provisioning" --scope manage',
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
  scope?: KeyScope[];
  budgetTotalUsd?: NanoUsd | 'none';
  budgetDayUsd?: NanoUsd | 'none';
  budgetWeekUsd?: NanoUsd | 'none';
  budgetMonthUsd?: NanoUsd | 'none';
  concurrency?: number | 'none';
  vendors?: string[] | 'none';
  regions?: string[] | 'none';
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
    .addOption(
      new Option(
        '--scope <scopes...>',
        'what it may do: call models, read what its account used and has, manage its account’s keys',
      ).choices(KEY_SCOPES),
    )
    .option('--budget-total-usd <amount>', 'what it may ever spend, in US dollars, or none', budget)
    .option('--budget-day-usd <amount>', 'in a day of UTC', budget)
    .option('--budget-week-usd <amount>', 'in a week of UTC, from Monday on', budget)
    .option('--budget-month-usd <amount>', 'in a month of UTC', budget)
    .option('--concurrency <calls>', 'calls at a time, or none', orNone(wholeNumber(1, 10_000)))
    .option(
      '--vendors <names>',
      'who may serve it, e.g. openai,azure, or none for anyone',
      orNone(listOf(vendorName)),
    )
    .option(
      '--regions <names>',
      'where it may be served, e.g. eu, or none for anywhere',
      orNone(listOf(regionName)),
    );
}

function limitsOf(options: LimitOptions): KeyLimits {
  return {
    disconnectPolicy: options.disconnect,
    scopes: options.scope && KEY_SCOPES.filter((scope) => options.scope?.includes(scope)),
    budgets: {
      totalNanoUsd: nullIfNone(options.budgetTotalUsd),
      dayNanoUsd: nullIfNone(options.budgetDayUsd),
      weekNanoUsd: nullIfNone(options.budgetWeekUsd),
      monthNanoUsd: nullIfNone(options.budgetMonthUsd),
    },
    concurrencyMax: nullIfNone(options.concurrency),
    vendors: nullIfNone(options.vendors),
    regions: nullIfNone(options.regions),
  };
}

async function create(options: LimitOptions & { account: string; name: string }): Promise<void> {
  const { account: accountId, name } = options;
  const { keyId, key } = await useDatabase(({ db }) =>
    createKey(db, { ...limitsOf(options), accountId, name }),
  );
  printResult(options, { keyId, key }, `Created key ${keyId}. Keep it now, it can't be shown again:\n${key}`);
}

async function set(keyId: string, options: LimitOptions & { name?: string }): Promise<void> {
  const { name } = options;
  const key = await useDatabase(({ db }) => updateKey(db, { ...limitsOf(options), keyId, name }));
  printResult(options, key, `Key ${keyId} (${key.name}): ${describeLimits(key)}.`);
}

function describeLimits(key: ListedKeyView): string {
  const { scopes, disconnectPolicy, concurrencyMax, budgets, vendors, regions } = key;
  const limits = Object.entries(budgets).flatMap(([period, budget]: [string, BudgetView | null]) =>
    budget === null ? [] : [`${usdDecimal(BigInt(budget.limitNanoUsd))} USD ${PERIODS[period]}`],
  );
  const calls =
    concurrencyMax === null ? 'any number of calls at a time' : `${concurrencyMax} calls at a time`;
  const routes = [
    ...(vendors ? [`served by ${vendors.join(' or ')}`] : []),
    ...(regions ? [`in ${regions.join(' or ')}`] : []),
  ];
  const budget = limits.join(', ') || 'no budget';
  return [scopes.join(', '), budget, calls, ...routes, disconnectPolicy].join('; ');
}

async function revoke(id: string, options: { json?: true }): Promise<void> {
  const { keyId, revokedAt } = await useDatabase(({ db }) => revokeKey(db, id));
  printResult(options, { keyId, revokedAt }, `Revoked key ${keyId} at ${revokedAt}.`);
}
