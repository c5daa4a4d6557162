import { text as readAll } from 'node:stream/consumers';
import { WeirError } from '@weir/core/errors';
import { Option, type Command } from 'commander';

/** A vendor's API key, from wherever it is safest to take it. */
export interface SecretOptions {
  secret?: string;
  secretEnv?: string;
}

export function addSecretOptions(command: Command): Command {
  return command
    .addOption(
      new Option(
        '--secret <secret>',
        'the API key, or - to read it from stdin; on the command line others may see it',
      ).conflicts('secretEnv'),
    )
    .option('--secret-env <variable>', 'the environment variable that holds the API key');
}

/** @throws {WeirError} `invalid_request` when there is none. */
export async function readSecret({ secret, secretEnv }: SecretOptions): Promise<string> {
  if (secretEnv !== undefined)
    return required(process.env[secretEnv], `The variable ${secretEnv} is not set.`);
  if (secret === '-') return required(await readAll(process.stdin), 'There was no secret on stdin.');
  return required(
    secret,
    'Give the vendor’s API key with --secret-env NAME, --secret - (stdin) or --secret KEY.',
  );
}

function required(secret: string | undefined, complaint: string): string {
  const trimmed = secret?.trim() ?? '';
  if (trimmed === '') throw new WeirError('invalid_request', complaint);
  return trimmed;
}
