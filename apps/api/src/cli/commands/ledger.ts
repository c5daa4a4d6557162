import { usdDecimal } from '@weir/core/money';
import { verify, verifyAccount, type AccountFigures, type KeyMismatch } from '@weir/ledger';
import type { Command } from 'commander';
import { statementView, verificationView } from '../../ledger/view-figures.ts';
import { operation, printResult } from '../operation.ts';
import { useDatabase } from '../use-database.ts';
import { idOf } from '../values.ts';

export function addLedgerCommands(program: Command): void {
  const group = program.command('ledger').description('The books.');

  operation(group, 'verify', {
    description:
      'Check every account and key: balance = entries − charges, held = the calls under way, usage = charges. Exits with 1 when one does not add up.',
    examples: ['ledger verify', 'ledger verify --account acc_06e2m8k3q0… --json'],
  })
    .option('--account <id>', 'only this account, with what its balance comes from', idOf('account'))
    .action(verifyLedger);
}

async function verifyLedger(options: { account?: string; json?: true }): Promise<void> {
  const { account } = options;
  const ok = account === undefined ? await verifyAll(options) : await verifyOne(account, options);
  if (!ok) process.exitCode = 1;
}

async function verifyAll(options: { json?: true }): Promise<boolean> {
  const found = await useDatabase(verify);
  const { ok, accounts, keys, mismatchCount, keyMismatchCount } = found;
  const summary = ok
    ? `Every account adds up (${accounts}), and every key (${keys}).`
    : `${mismatchCount} of ${accounts} accounts and ${keyMismatchCount} of ${keys} keys do not add up.`;
  const lines = [...found.mismatches.map(describeAccount), ...found.keyMismatches.map(describeKey)];
  printResult(options, verificationView(found), [summary, ...lines].join('\n'));
  return ok;
}

async function verifyOne(accountId: string, options: { json?: true }): Promise<boolean> {
  const checkedAt = new Date();
  const found = await useDatabase((database) => verifyAccount(database, accountId));
  const lines = [
    ...found.entries.map(({ kind, count, sumNanoUsd }) => `${kind}: ${usd(sumNanoUsd)} (${count})`),
    `charges of ${found.closedDays.count} closed days: ${usd(-found.closedDays.chargesNanoUsd)}`,
    `charges since ${found.openDays.firstDay}: ${usd(-found.openDays.chargesNanoUsd)}`,
    `balance: ${usd(found.balanceNanoUsd)}, held ${usd(found.heldNanoUsd)} for ${found.running} calls`,
  ];
  const problems = found.ok ? [] : [describeAccount(found), ...found.keyMismatches.map(describeKey)];
  const summary = found.ok ? `${accountId} adds up.` : `${accountId} does not add up.`;
  printResult(options, statementView(found, checkedAt), [...lines, summary, ...problems].join('\n'));
  return found.ok;
}

const usd = (amount: bigint) => `${usdDecimal(amount)} USD`;

function describeAccount(figures: AccountFigures): string {
  const compared = [
    ['balance', figures.balanceNanoUsd, figures.expectedBalanceNanoUsd],
    ['held', figures.heldNanoUsd, figures.expectedHeldNanoUsd],
    ['usage by hour', figures.usageHourlyNanoUsd, figures.expectedUsageHourlyNanoUsd],
    ['usage by day', figures.usageDailyNanoUsd, figures.expectedUsageDailyNanoUsd],
  ] as const;
  const wrong = compared
    .filter(([, amount, expected]) => amount !== expected)
    .map(([name, amount, expected]) => `${name} ${usd(amount)}, should be ${usd(expected)}`);
  if (figures.running !== figures.expectedRunning) {
    wrong.push(`${figures.running} calls under way, should be ${figures.expectedRunning}`);
  }
  return `${figures.accountId}: ${wrong.join('; ') || 'its own figures are right'}`;
}

function describeKey(key: KeyMismatch): string {
  const held = `held ${usd(key.heldNanoUsd)}, should be ${usd(key.expectedHeldNanoUsd)}`;
  return `${key.accountId} ${key.keyId}: ${held}; ${key.running} calls under way, should be ${key.expectedRunning}`;
}
