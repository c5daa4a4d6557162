import type { Command } from 'commander';
import { listGroups, setGroup, type ListedGroup } from '../../accounts/account-groups.ts';
import { KEY_RATES_MAX } from '../../keys/key-inputs.ts';
import { operation, printResult } from '../operation.ts';
import { changeDatabase, useDatabase } from '../use-database.ts';
import { groupName, marginPercent, nullIfNone, orNone, percentDecimal, wholeNumber } from '../values.ts';

export function addGroupCommands(program: Command): void {
  const group = program
    .command('group')
    .description(
      'Groups of accounts, which pay a margin on top of the prices and share limits of their keys.',
    );

  operation(group, 'set', {
    description:
      'Create a group, or change it for the calls to come. What is not said stays as it is. No key of its accounts goes beyond its limits, whatever the key’s own are.',
    examples: [
      'group set resellers --margin-percent 12.5',
      'group set trial --key-requests-per-minute 20 --key-tokens-per-minute 100000',
    ],
  })
    .argument('<group>', 'its id, chosen by you', groupName)
    .option(
      '--margin-percent <percent>',
      'added to every price; a negative one takes off; a new group has none',
      marginPercent,
    )
    .option(
      '--key-concurrency <calls>',
      'calls of each key at a time, or none',
      orNone(wholeNumber(1, 10_000)),
    )
    .option(
      '--key-requests-per-minute <calls>',
      'calls of each key in a minute, or none',
      orNone(wholeNumber(1, KEY_RATES_MAX.requestsPerMinuteMax)),
    )
    .option(
      '--key-tokens-per-minute <tokens>',
      'tokens of each key in a minute, or none',
      orNone(wholeNumber(1, KEY_RATES_MAX.tokensPerMinuteMax)),
    )
    .action(set);

  operation(group, 'list', {
    description: 'List the groups with their margins and the number of their accounts.',
    examples: ['group list', 'group list --json'],
  }).action(list);
}

interface GroupOptions {
  marginPercent?: number;
  keyConcurrency?: number | 'none';
  keyRequestsPerMinute?: number | 'none';
  keyTokensPerMinute?: number | 'none';
  json?: true;
}

async function set(groupId: string, options: GroupOptions): Promise<void> {
  const group = await changeDatabase(async ({ db }) => {
    const { before, group } = await setGroup(db, groupId, {
      marginPpm: options.marginPercent,
      keyConcurrencyMax: nullIfNone(options.keyConcurrency),
      keyRequestsPerMinuteMax: nullIfNone(options.keyRequestsPerMinute),
      keyTokensPerMinuteMax: nullIfNone(options.keyTokensPerMinute),
    });
    const done = {
      action: 'group.set',
      targetId: groupId,
      before: before && termsOf(before),
      after: termsOf(group),
    } as const;
    return { result: group, done };
  });
  printResult(options, group, `Accounts of ${groupId} pay the prices and ${describeTerms(group)}.`);
}

function termsOf({ groupId: _groupId, accounts: _accounts, ...terms }: ListedGroup) {
  return terms;
}

async function list(options: { json?: true }): Promise<void> {
  const groups = await useDatabase(({ db }) => listGroups(db));
  const lines = groups.map(
    (group) => `${group.groupId}  ${describeTerms(group)}  ${group.accounts} accounts`,
  );
  printResult(options, { groups }, lines.join('\n') || 'There are no groups. Add one with `weir group set`.');
}

function describeTerms(group: ListedGroup): string {
  const { keyConcurrencyMax, keyRequestsPerMinuteMax, keyTokensPerMinuteMax } = group;
  const limits = [
    keyConcurrencyMax === null ? [] : `${keyConcurrencyMax} calls at a time`,
    keyRequestsPerMinuteMax === null ? [] : `${keyRequestsPerMinuteMax} calls a minute`,
    keyTokensPerMinuteMax === null ? [] : `${keyTokensPerMinuteMax} tokens a minute`,
  ].flat();
  const margin = `${percentDecimal(group.marginPpm)} %`;
  return limits.length === 0 ? margin : `${margin}; each key at most ${limits.join(', ')}`;
}
