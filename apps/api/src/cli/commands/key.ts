import type { Command } from 'commander';
import { createKey } from '../../keys/create-key.ts';
import { revokeKey } from '../../keys/revoke-key.ts';
import { operation, printResult } from '../operation.ts';
import { useDatabase } from '../use-database.ts';
import { idOf, nameOfKey } from '../values.ts';

export function addKeyCommands(program: Command): void {
  const group = program.command('key').description('API keys.');

  operation(group, 'create', {
    description: 'Create an API key. It is shown this once.',
    examples: [
      'key create --account acc_06e2m8k3q0…',
      'key create --account acc_06e2m8k3q0… --name "CI" --json',
    ],
  })
    .requiredOption('--account <id>', 'whose key', idOf('account'))
    .option('--name <name>', 'what to call it', nameOfKey, 'Key made by an operator')
    .action(create);

  operation(group, 'revoke', {
    description: 'Revoke an API key, for good, on every relay at once.',
    examples: ['key revoke key_06e2m8k3q0…'],
  })
    .argument('<key>', 'its id, not the key itself', idOf('key'))
    .action(revoke);
}

async function create(options: { account: string; name: string; json?: true }): Promise<void> {
  const { account: accountId, name } = options;
  const { keyId, key } = await useDatabase(({ db }) => createKey(db, { accountId, name }));
  printResult(options, { keyId, key }, `Created key ${keyId}. Keep it now, it can't be shown again:\n${key}`);
}

async function revoke(id: string, options: { json?: true }): Promise<void> {
  const { keyId, revokedAt } = await useDatabase(({ db }) => revokeKey(db, id));
  printResult(options, { keyId, revokedAt }, `Revoked key ${keyId} at ${revokedAt}.`);
}
