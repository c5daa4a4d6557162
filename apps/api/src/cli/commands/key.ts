import { KEY_SCOPES, type KeyScope } from '@weir/core/key-scopes';
import { usdDecimal, type NanoUsd } from '@weir/core/money';
import type { Db } from '@weir/db/connect';
import { Option, type Command } from 'commander';
import type { AuditAction } from '../../audit/audit-actions.ts';
import { createKey } from '../../keys/create-key.ts';
import type { KeyLimits } from '../../keys/key-limits.ts';
import type { BudgetView, ListedKeyView } from '../../keys/key-view.ts';
import { keySettings } from '../../keys/key-settings.ts';
import { revokeKey } from '../../keys/revoke-key.ts';
import { endOverlap, rotateKey } from '../../keys/rotate-key.ts';
import { updateKey } from '../../keys/update-key.ts';
import { KEY_RATES_MAX, OVERLAP_HOURS_MAX } from '../../keys/key-inputs.ts';
import { operation, printResult } from '../operation.ts';
import { changeDatabase } from '../use-database.ts';
import {
  addressList,
  futureInstant,
  idOf,
  listOf,
  modelList,
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
    .option('--cut', 'end its running calls too; they are charged for what was delivered')
    .action(revoke);
  addStateCommands(group);
}

function addStateCommands(group: Command): void {
  const itsId = ['<key>', 'its id, not the key itself', idOf('key')] as const;
  operation(group, 'disable', {
    description: 'Refuse the calls of an API key until it is enabled again.',
    examples: ['key disable key_06e2m8k3q0…'],
  })
    .argument(...itsId)
    .action((keyId: string, options: { json?: true }) => setDisabled(keyId, true, options));

  operation(group, 'enable', {
    description: 'Take the calls of a disabled API key again.',
    examples: ['key enable key_06e2m8k3q0…'],
  })
    .argument(...itsId)
    .action((keyId: string, options: { json?: true }) => setDisabled(keyId, false, options));

  operation(group, 'rotate', {
    description: 'Give an API key a new secret, which is shown this once; the old one works on for a while.',
    examples: ['key rotate key_06e2m8k3q0…', 'key rotate key_06e2m8k3q0… --overlap-hours 0 --json'],
  })
    .argument(...itsId)
    .option('--overlap-hours <hours>', 'how long the old one works on', wholeNumber(0, OVERLAP_HOURS_MAX), 24)
    .action(rotate);

  operation(group, 'end-overlap', {
    description: 'End the old secret of a rotated API key now.',
    examples: ['key end-overlap key_06e2m8k3q0…'],
  })
    .argument(...itsId)
    .action(endOverlapNow);
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
  requestsPerMinute?: number | 'none';
  tokensPerMinute?: number | 'none';
  models?: string[] | 'none';
  addresses?: string[] | 'none';
  expires?: Date | 'none';
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
      '--requests-per-minute <calls>',
      'calls in a minute of the clock, or none',
      orNone(wholeNumber(1, KEY_RATES_MAX.requestsPerMinuteMax)),
    )
    .option(
      '--tokens-per-minute <tokens>',
      'tokens in a minute of the clock, or none',
      orNone(wholeNumber(1, KEY_RATES_MAX.tokensPerMinuteMax)),
    )
    .option('--models <list>', 'a comma list of models or patterns like openai/*, or none', orNone(modelList))
    .option('--addresses <list>', 'a comma list of addresses or CIDR ranges, or none', orNone(addressList))
    .option('--expires <time>', 'when it ends, like 2027-01-31, or none', orNone(futureInstant))
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
    requestsPerMinuteMax: nullIfNone(options.requestsPerMinute),
    tokensPerMinuteMax: nullIfNone(options.tokensPerMinute),
    models: nullIfNone(options.models),
    addresses: nullIfNone(options.addresses),
    expiresAt: nullIfNone(options.expires),
  };
}

async function create(options: LimitOptions & { account: string; name: string }): Promise<void> {
  const { account: accountId, name } = options;
  const { keyId, key } = await changeDatabase(async ({ db }) => {
    const result = await createKey(db, { ...limitsOf(options), accountId, name });
    const { accountId: _accountId, ...after } = await keySettings(db, result.keyId);
    return { result, done: { action: 'key.create', targetId: result.keyId, accountId, after } };
  });
  printResult(options, { keyId, key }, `Created key ${keyId}. Keep it now, it can't be shown again:\n${key}`);
}

/** Does something to a key, with its line in the audit log. */
function changeKey<Result>(
  action: AuditAction,
  keyId: string,
  run: (db: Db) => Promise<Result>,
): Promise<Result> {
  return changeDatabase(async ({ db }) => {
    const { accountId, ...before } = await keySettings(db, keyId);
    const result = await run(db);
    const { accountId: _accountId, ...after } = await keySettings(db, keyId);
    return { result, done: { action, targetId: keyId, accountId, before, after } };
  });
}

async function set(keyId: string, options: LimitOptions & { name?: string }): Promise<void> {
  const { name } = options;
  const key = await changeKey('key.set', keyId, (db) => updateKey(db, { ...limitsOf(options), keyId, name }));
  printResult(options, key, `Key ${keyId} (${key.name}): ${describeLimits(key)}.`);
}

function describeLimits(key: ListedKeyView): string {
  const { scopes, disconnectPolicy, concurrencyMax, budgets } = key;
  const limits = Object.entries(budgets).flatMap(([period, budget]: [string, BudgetView | null]) =>
    budget === null ? [] : [`${usdDecimal(BigInt(budget.limitNanoUsd))} USD ${PERIODS[period]}`],
  );
  const calls =
    concurrencyMax === null ? 'any number of calls at a time' : `${concurrencyMax} calls at a time`;
  const budget = limits.join(', ') || 'no budget';
  return [scopes.join(', '), budget, calls, ...describeBounds(key), disconnectPolicy].join('; ');
}

/** Those that are set. */
function describeBounds(key: ListedKeyView): string[] {
  const { requestsPerMinuteMax, tokensPerMinuteMax, models, addresses, expiresAt, vendors, regions } = key;
  return [
    requestsPerMinuteMax === null ? [] : `${requestsPerMinuteMax} calls a minute`,
    tokensPerMinuteMax === null ? [] : `${tokensPerMinuteMax} tokens a minute`,
    models === null ? [] : `models ${models.join(', ')}`,
    addresses === null ? [] : `from ${addresses.join(', ')}`,
    expiresAt === null ? [] : `until ${expiresAt}`,
    vendors === null ? [] : `served by ${vendors.join(' or ')}`,
    regions === null ? [] : `in ${regions.join(' or ')}`,
  ].flat();
}

async function setDisabled(keyId: string, disabled: boolean, options: { json?: true }): Promise<void> {
  const key = await changeKey('key.set', keyId, (db) => updateKey(db, { keyId, disabled }));
  printResult(options, key, `Key ${keyId} (${key.name}) is ${key.state}.`);
}

async function rotate(id: string, options: { overlapHours: number; json?: true }): Promise<void> {
  const { overlapHours } = options;
  const { keyId, key, previousExpiresAt } = await changeKey('key.rotate', id, (db) =>
    rotateKey(db, { keyId: id, overlapHours }),
  );
  const text = `Rotated key ${keyId}; the old secret works until ${previousExpiresAt}. Keep the new one now, it can't be shown again:\n${key}`;
  printResult(options, { keyId, key, previousExpiresAt }, text);
}

async function endOverlapNow(keyId: string, options: { json?: true }): Promise<void> {
  const key = await changeKey('key.end_overlap', keyId, (db) => endOverlap(db, keyId));
  printResult(options, key, `Only the newest secret of key ${keyId} (${key.name}) works.`);
}

async function revoke(id: string, options: { cut?: true; json?: true }): Promise<void> {
  const cutRunning = options.cut === true;
  const { keyId, revokedAt } = await changeKey('key.revoke', id, (db) =>
    revokeKey(db, { keyId: id, cutRunning }),
  );
  printResult(options, { keyId, revokedAt }, `Revoked key ${keyId} at ${revokedAt}.`);
}
