import { secretBox } from '@weir/core/secret-box';
import { DIALECT_NAMES } from '@weir/dialects/dialect-name';
import { loadSecretKey } from '@weir/settings/secret-key';
import { Option, type Command } from 'commander';
import { addChannel } from '../../channels/add-channel.ts';
import { listChannelHealth } from '../../channels/channel-health.ts';
import { baseUrlWarning } from '../../channels/base-url-warning.ts';
import { listChannels } from '../../channels/list-channels.ts';
import { setChannel } from '../../channels/set-channel.ts';
import { operation, printResult } from '../operation.ts';
import { addSecretOptions, readSecret, type SecretOptions } from '../secret-options.ts';
import { changeDatabase, useDatabase } from '../use-database.ts';
import { idOf, nullIfNone, orNone, regionName, vendorName, wholeNumber } from '../values.ts';
import { addChannelKeyCommands } from './channel-key.ts';

export function addChannelCommands(program: Command): void {
  const group = program.command('channel').description('Channels: each is one credentialed way to a vendor.');

  const addition = operation(group, 'add', {
    description: 'Add a channel. The secret is stored sealed with WEIR_SECRET_KEY.',
    examples: [
      'channel add --vendor openai --dialect openai-chat --base-url https://api.openai.com/v1 --secret-env OPENAI_API_KEY',
      'channel add --vendor anthropic --dialect anthropic-messages --base-url https://api.anthropic.com/v1 --secret-env ANTHROPIC_API_KEY',
      'channel add --vendor vllm --dialect openai-chat --base-url http://127.0.0.1:8000/v1 --secret - < secret.txt',
    ],
  })
    .requiredOption('--vendor <name>', 'who serves its models', vendorName)
    .addOption(
      new Option('--dialect <dialect>', 'its wire format').choices(DIALECT_NAMES).makeOptionMandatory(),
    )
    .requiredOption('--base-url <url>', 'where its API is, e.g. https://api.openai.com/v1')
    .option('--priority <number>', 'lower goes first', wholeNumber(0, 1_000_000), 0)
    .option('--weight <number>', 'share among channels of one priority', wholeNumber(1, 1_000_000), 1)
    .option('--region <region>', 'where it serves from, e.g. eu', regionName)
    .option('--collects-data', 'say that the vendor may keep, or learn from, what it is sent')
    .option('--in-flight <calls>', 'calls that each relay may have under way on it', IN_FLIGHT);
  addSecretOptions(addition).action(add);

  operation(group, 'set', {
    description: 'Change a channel, on every relay at once. What is not said stays as it is.',
    examples: [
      'channel set chn_env_openai --region us --in-flight 200',
      'channel set chn_env_openai --in-flight none --collects-data no',
    ],
  })
    .argument('<channel>', 'its id', idOf('channel'))
    .option('--region <region>', 'where it serves from, or none', orNone(regionName))
    .option(
      '--in-flight <calls>',
      'calls that each relay may have under way on it, or none',
      orNone(IN_FLIGHT),
    )
    .addOption(
      new Option(
        '--collects-data <answer>',
        'whether the vendor may keep, or learn from, what it is sent',
      ).choices(['yes', 'no']),
    )
    .action(set);

  operation(group, 'list', {
    description: 'List the channels in the order in which they are tried.',
    examples: ['channel list', 'channel list --json'],
  }).action(list);

  operation(group, 'health', {
    description:
      'Show the channels as the relays that are running see them: what rests, what is under way, last errors.',
    examples: ['channel health', 'channel health --json'],
  }).action(health);

  addChannelKeyCommands(group);
}

const IN_FLIGHT = wholeNumber(1, 1_000_000);

interface AddOptions extends SecretOptions {
  vendor: string;
  dialect: string;
  baseUrl: string;
  priority: number;
  weight: number;
  region?: string;
  collectsData?: true;
  inFlight?: number;
  json?: true;
}

async function add(options: AddOptions): Promise<void> {
  const secret = await readSecret(options);
  const channel = {
    vendor: options.vendor,
    dialect: options.dialect,
    baseUrl: options.baseUrl,
    priority: options.priority,
    weight: options.weight,
    region: options.region,
    collectsData: options.collectsData,
    inFlightMax: options.inFlight,
  };
  const { channelId, warning } = await changeDatabase(async ({ db }, config) => {
    const secrets = secretBox(loadSecretKey(config));
    const { channelId } = await addChannel(db, secrets, { ...channel, secret });
    return {
      result: { channelId, warning: baseUrlWarning(channel.baseUrl, config.WEIR_UPSTREAM_PRIVATE_HOSTS) },
      done: { action: 'channel.add', targetId: channelId, after: channel },
    };
  });
  if (warning !== undefined) process.stderr.write(`Warning: ${warning}\n`);
  printResult(
    options,
    { channelId },
    `Added channel ${channelId}. Now add the models it serves with \`weir model add\`.`,
  );
}

interface SetOptions {
  region?: string;
  inFlight?: number | 'none';
  collectsData?: 'yes' | 'no';
  json?: true;
}

async function set(channelId: string, options: SetOptions): Promise<void> {
  const { region, inFlight, collectsData } = options;
  await changeDatabase(async ({ db }) => {
    const { before, after } = await setChannel(db, {
      channelId,
      region: nullIfNone(region),
      inFlightMax: nullIfNone(inFlight),
      collectsData: collectsData && collectsData === 'yes',
    });
    return { result: undefined, done: { action: 'channel.set', targetId: channelId, before, after } };
  });
  printResult(options, { channelId }, `Changed channel ${channelId}.`);
}

async function list(options: { json?: true }): Promise<void> {
  const channels = await useDatabase(({ db }) => listChannels(db));
  const lines = channels.map(({ channelId, vendor, dialect, baseUrl, priority, weight, keys, ...channel }) =>
    [
      `${channelId}  ${vendor}  ${dialect}  ${baseUrl}  priority ${priority}, weight ${weight}`,
      ...(keys === 1 ? [] : [`${keys} keys`]),
      ...(channel.region === null ? [] : [`region ${channel.region}`]),
      ...(channel.inFlightMax === null ? [] : [`${channel.inFlightMax} calls at a time`]),
      ...(channel.collectsData ? ['collects data'] : []),
      ...(channel.enabled ? [] : ['disabled']),
    ].join(', '),
  );
  printResult(
    options,
    { channels },
    lines.join('\n') || 'There are no channels. Add one with `weir channel add`.',
  );
}

async function health(options: { json?: true }): Promise<void> {
  const channels = await useDatabase(({ db }) => listChannelHealth(db));
  const lines = channels.flatMap((channel) => [
    `${channel.channelId}  ${channel.vendor}  ${channel.host}  ${channel.state}, ${channel.inFlight} under way, ${channel.restingKeys} of ${channel.keys} keys rest, ${channel.limitedKeys} are limited`,
    ...(channel.restingModelIds.length > 0 ? [`  passed by for ${channel.restingModelIds.join(', ')}`] : []),
    ...channel.errors.map(
      ({ at, code, status, modelId }) => `  ${at}  ${code}  ${status ?? '-'}  ${modelId}`,
    ),
  ]);
  printResult(
    options,
    { channels },
    lines.join('\n') || 'There are no channels. Add one with `weir channel add`.',
  );
}
