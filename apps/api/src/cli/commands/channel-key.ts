import { secretBox } from '@weir/core/secret-box';
import { loadSecretKey } from '@weir/settings/secret-key';
import type { Command } from 'commander';
import { addChannelKey, listChannelKeys, removeChannelKey } from '../../channels/channel-keys.ts';
import { operation, printResult } from '../operation.ts';
import { addSecretOptions, readSecret, type SecretOptions } from '../secret-options.ts';
import { changeDatabase, useDatabase } from '../use-database.ts';
import { idOf, nameOfKey } from '../values.ts';

/** @param group of the channels. */
export function addChannelKeyCommands(group: Command): void {
  const addition = operation(group, 'add-key', {
    description:
      'Give a channel another API key of its vendor. Keys take turns; one that is refused or limited is left alone for a while.',
    examples: ['channel add-key chn_env_openai --secret-env SECOND_OPENAI_KEY --name "Second account"'],
  })
    .argument('<channel>', 'its id', idOf('channel'))
    .option('--name <name>', 'what to call it', nameOfKey);
  addSecretOptions(addition).action(add);

  operation(group, 'list-keys', {
    description: 'List the keys of a channel, without their secrets.',
    examples: ['channel list-keys chn_env_openai'],
  })
    .argument('<channel>', 'its id', idOf('channel'))
    .action(list);

  operation(group, 'remove-key', {
    description: 'Take a key from its channel, which keeps at least one.',
    examples: ['channel remove-key chk_06e2m8k3q0…'],
  })
    .argument('<key>', 'its id', idOf('channelKey'))
    .action(remove);
}

async function add(
  channelId: string,
  options: SecretOptions & { name?: string; json?: true },
): Promise<void> {
  const secret = await readSecret(options);
  const { name } = options;
  const { channelKeyId } = await changeDatabase(async ({ db }, config) => {
    const secrets = secretBox(loadSecretKey(config));
    const result = await addChannelKey(db, secrets, { channelId, name, secret });
    const { channelKeyId } = result;
    return {
      result,
      done: { action: 'channel.add_key', targetId: channelId, after: { channelKeyId, name } },
    };
  });
  printResult(options, { channelKeyId }, `Added key ${channelKeyId} to channel ${channelId}.`);
}

async function list(channelId: string, options: { json?: true }): Promise<void> {
  const keys = await useDatabase(({ db }) => listChannelKeys(db, channelId));
  const lines = keys.map(({ channelKeyId, name, createdAt }) => `${channelKeyId}  ${createdAt}  ${name}`);
  printResult(options, { keys }, lines.join('\n'));
}

async function remove(channelKeyId: string, options: { json?: true }): Promise<void> {
  const { channelId } = await changeDatabase(async ({ db }) => {
    const result = await removeChannelKey(db, channelKeyId);
    const { channelId, name } = result;
    const before = { channelKeyId, name };
    return { result, done: { action: 'channel.remove_key', targetId: channelId, before } };
  });
  printResult(options, { channelId, channelKeyId }, `Removed key ${channelKeyId} from channel ${channelId}.`);
}
