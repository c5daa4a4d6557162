import { text as readAll } from 'node:stream/consumers';
import { VENDOR_DIALECTS } from '@weir/catalog/vendors';
import { WeirError } from '@weir/core/errors';
import { secretBox } from '@weir/core/secret-box';
import { loadSecretKey } from '@weir/settings/secret-key';
import { Option, type Command } from 'commander';
import { addChannel } from '../../channels/add-channel.ts';
import { baseUrlWarning } from '../../channels/base-url-warning.ts';
import { listChannels } from '../../channels/list-channels.ts';
import { operation, printResult } from '../operation.ts';
import { changeDatabase, useDatabase } from '../use-database.ts';
import { vendorName, wholeNumber } from '../values.ts';

export function addChannelCommands(program: Command): void {
  const group = program.command('channel').description('Channels: each is one credentialed way to a vendor.');

  operation(group, 'add', {
    description: 'Add a channel. The secret is stored sealed with WEIR_SECRET_KEY.',
    examples: [
      'channel add --vendor openai --dialect openai-chat --base-url https://api.openai.com/v1 --secret-env OPENAI_API_KEY',
      'channel add --vendor anthropic --dialect anthropic-messages --base-url https://api.anthropic.com/v1 --secret-env ANTHROPIC_API_KEY',
      'channel add --vendor vllm --dialect openai-chat --base-url http://127.0.0.1:8000/v1 --secret - < secret.txt',
    ],
  })
    .requiredOption('--vendor <name>', 'who serves its models', vendorName)
    .addOption(
      new Option('--dialect <dialect>', 'its wire format').choices(VENDOR_DIALECTS).makeOptionMandatory(),
    )
    .requiredOption('--base-url <url>', 'where its API is, e.g. https://api.openai.com/v1')
    .addOption(
      new Option(
        '--secret <secret>',
        'its API key, or - to read it from stdin; on the command line others may see it',
      ).conflicts('secretEnv'),
    )
    .option('--secret-env <variable>', 'the environment variable that holds its API key')
    .option('--priority <number>', 'lower goes first', wholeNumber(0, 1_000_000), 0)
    .option('--weight <number>', 'share among channels of one priority', wholeNumber(1, 1_000_000), 1)
    .action(add);

  operation(group, 'list', {
    description: 'List the channels in the order in which they are tried.',
    examples: ['channel list', 'channel list --json'],
  }).action(list);
}

interface AddOptions {
  vendor: string;
  dialect: string;
  baseUrl: string;
  secret?: string;
  secretEnv?: string;
  priority: number;
  weight: number;
  json?: true;
}

async function add(options: AddOptions): Promise<void> {
  const secret = await readSecret(options);
  const { vendor, dialect, baseUrl, priority, weight } = options;
  const { channelId, warning } = await changeDatabase(async ({ db }, config) => {
    const secrets = secretBox(loadSecretKey(config));
    const { channelId } = await addChannel(db, secrets, { ...options, secret });
    const after = { vendor, dialect, baseUrl, priority, weight };
    return {
      result: { channelId, warning: baseUrlWarning(baseUrl, config.WEIR_UPSTREAM_PRIVATE_HOSTS) },
      done: { action: 'channel.add', targetId: channelId, after },
    };
  });
  if (warning !== undefined) process.stderr.write(`Warning: ${warning}\n`);
  printResult(
    options,
    { channelId },
    `Added channel ${channelId}. Now add the models it serves with \`weir model add\`.`,
  );
}

async function readSecret({ secret, secretEnv }: AddOptions): Promise<string> {
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

async function list(options: { json?: true }): Promise<void> {
  const channels = await useDatabase(({ db }) => listChannels(db));
  const lines = channels.map(
    ({ channelId, vendor, dialect, baseUrl, priority, weight, enabled }) =>
      `${channelId}  ${vendor}  ${dialect}  ${baseUrl}  priority ${priority}, weight ${weight}${enabled ? '' : ', disabled'}`,
  );
  printResult(
    options,
    { channels },
    lines.join('\n') || 'There are no channels. Add one with `weir channel add`.',
  );
}
