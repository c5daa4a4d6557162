import { usdDecimal } from '@weir/core/money';
import { verify } from '@weir/ledger';
import type { Command } from 'commander';
import { operation, printResult } from '../operation.ts';
import { useDatabase } from '../use-database.ts';

export function addLedgerCommands(program: Command): void {
  const group = program.command('ledger').description('The books.');

  operation(group, 'verify', {
    description:
      'Check every account: balance = entries − charges, held = open holds. Exits with 1 when one does not add up.',
    examples: ['ledger verify', 'ledger verify --json'],
  }).action(verifyLedger);
}

async function verifyLedger(options: { json?: true }): Promise<void> {
  const { ok, accounts, mismatches } = await useDatabase(verify);
  const result = {
    ok,
    accounts,
    mismatches: mismatches.map((mismatch) => ({
      accountId: mismatch.accountId,
      balanceNanoUsd: mismatch.balanceNanoUsd.toString(),
      expectedBalanceNanoUsd: mismatch.expectedBalanceNanoUsd.toString(),
      heldNanoUsd: mismatch.heldNanoUsd.toString(),
      expectedHeldNanoUsd: mismatch.expectedHeldNanoUsd.toString(),
    })),
  };
  const lines = mismatches.map(
    (mismatch) =>
      `${mismatch.accountId}: balance ${usdDecimal(mismatch.balanceNanoUsd)} USD, should be ${usdDecimal(mismatch.expectedBalanceNanoUsd)}; held ${usdDecimal(mismatch.heldNanoUsd)}, should be ${usdDecimal(mismatch.expectedHeldNanoUsd)}`,
  );
  const summary = ok
    ? `Every account adds up (${accounts}).`
    : `${mismatches.length} of ${accounts} accounts do not add up.`;
  printResult(options, result, [summary, ...lines].join('\n'));
  if (!ok) process.exitCode = 1;
}
