import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { Command } from 'commander';
import { clickhouseArchive } from '../../archive/clickhouse-archive.ts';
import { cliActor } from '../../audit/actor.ts';
import { exportAccount } from '../../export/export-account.ts';
import { auditLawfulExport } from '../../legal/audit-lawful-export.ts';
import { listLegalHolds, placeLegalHold, releaseLegalHold } from '../../legal/legal-holds.ts';
import { operation, printResult } from '../operation.ts';
import { useDatabase } from '../use-database.ts';
import { idOf, reference } from '../values.ts';

interface Options {
  reference: string;
  json?: true;
}

export function addLegalCommands(program: Command): void {
  const group = program
    .command('legal')
    .description('What courts and authorities may ask for. Each action is written to the audit log.');

  operation(group, 'hold', {
    description:
      'Keep an account: it is not erased, and its requests outlive the log. What its holder changes is not kept; export it first.',
    examples: ['legal hold acc_06e2m8k3q0… --reference "7 O 12/26"'],
  })
    .argument('<account>', 'its id', idOf('account'))
    .requiredOption('--reference <text>', 'what it rests on, e.g. a file number', reference)
    .action(hold);

  operation(group, 'release', {
    description: 'End a hold. What was kept for it alone is deleted.',
    examples: ['legal release acc_06e2m8k3q0… --reference "order of May 2"'],
  })
    .argument('<account>', 'its id', idOf('account'))
    .requiredOption('--reference <text>', 'what it rests on, e.g. a file number', reference)
    .action(release);

  operation(group, 'list', {
    description: 'List the holds, newest first.',
    examples: ['legal list --json'],
  }).action(list);

  operation(group, 'export', {
    description: 'Write what is held about an account into a zip of JSON and CSV.',
    examples: ['legal export acc_06e2m8k3q0… --reference "7 O 12/26" --out account.zip'],
  })
    .argument('<account>', 'its id', idOf('account'))
    .requiredOption('--reference <text>', 'what it rests on, e.g. a file number', reference)
    .requiredOption('--out <file>', 'a file that does not exist yet')
    .action(exportData);
}

async function hold(accountId: string, options: Options): Promise<void> {
  const { reference } = options;
  await useDatabase(({ db }) => placeLegalHold(db, cliActor(), { accountId, reference }));
  printResult(options, { accountId, reference }, `${accountId} is under a legal hold.`);
}

async function release(accountId: string, options: Options): Promise<void> {
  const { reference } = options;
  await useDatabase(({ db }) => releaseLegalHold(db, cliActor(), { accountId, reference }));
  printResult(options, { accountId, reference }, `${accountId} is under no legal hold any more.`);
}

async function list(options: { json?: true }): Promise<void> {
  const holds = await useDatabase(({ db }) => listLegalHolds(db));
  const lines = holds.map(
    ({ accountId, reference, placedAt }) => `${accountId} since ${placedAt}: ${reference}`,
  );
  printResult(options, { holds }, lines.join('\n') || 'No account is under a legal hold.');
}

async function exportData(accountId: string, options: Options & { out: string }): Promise<void> {
  const { reference, out } = options;
  await useDatabase(async (database, { CLICKHOUSE_URL: url }) => {
    await auditLawfulExport(database.db, cliActor(), { accountId, reference });
    // Only the one who asked reads it, and no file is written over.
    const file = createWriteStream(out, { flags: 'wx', mode: 0o600 });
    const archive = url === undefined ? undefined : clickhouseArchive(url);
    try {
      await pipeline(exportAccount(database, { accountId, scope: 'lawful', archive }), file);
    } finally {
      await archive?.close();
    }
  });
  printResult(options, { accountId, out }, `Wrote what is held about ${accountId} to ${out}.`);
}
