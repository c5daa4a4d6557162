import { OperatorError } from '@weir/core/operator-error';
import type { Command } from 'commander';
import { findArchiveStatus } from '../../archive/archive-status.ts';
import { clickhouseArchive } from '../../archive/clickhouse-archive.ts';
import { operation, printResult } from '../operation.ts';
import { useDatabase } from '../use-database.ts';

export function addArchiveCommands(program: Command): void {
  const group = program
    .command('archive')
    .description('Where the requests of closed days are kept, if CLICKHOUSE_URL is set.');

  operation(group, 'status', {
    description: 'Say what the archive has, and what waits for it.',
    examples: ['archive status --json'],
  }).action(status);
}

async function status(options: { json?: true }): Promise<void> {
  const found = await useDatabase(async (database, config) => {
    const { CLICKHOUSE_URL: url, WEIR_LOG_RETENTION_DAYS: retentionDays } = config;
    if (url === undefined) throw new OperatorError('There is no archive: CLICKHOUSE_URL is not set.');
    const archive = clickhouseArchive(url);
    try {
      return await findArchiveStatus(database, archive, retentionDays);
    } finally {
      await archive.close();
    }
  });
  const { rows, firstDay, lastDay, waitingDays, waitingAccounts } = found;
  const lines = [
    rows === 0
      ? 'The archive has nothing yet.'
      : `The archive has ${rows} requests, ${firstDay} to ${lastDay}.`,
    `Days that wait for it: ${waitingDays.join(', ') || 'none'}.`,
    `Accounts that are erased but for it: ${waitingAccounts}.`,
  ];
  printResult(options, found, lines.join('\n'));
}
