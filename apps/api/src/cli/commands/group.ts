import type { Command } from 'commander';
import { listGroups, setGroup } from '../../accounts/account-groups.ts';
import { operation, printResult } from '../operation.ts';
import { changeDatabase, useDatabase } from '../use-database.ts';
import { groupName, marginPercent, percentDecimal } from '../values.ts';

export function addGroupCommands(program: Command): void {
  const group = program
    .command('group')
    .description('Groups of accounts, which pay a margin on top of the prices.');

  operation(group, 'set', {
    description: 'Create a group, or change its margin for the calls to come.',
    examples: ['group set resellers --margin-percent 12.5', 'group set friends --margin-percent -10'],
  })
    .argument('<group>', 'its id, chosen by you', groupName)
    .requiredOption(
      '--margin-percent <percent>',
      'added to every price; a negative one takes off',
      marginPercent,
    )
    .action(set);

  operation(group, 'list', {
    description: 'List the groups with their margins and the number of their accounts.',
    examples: ['group list', 'group list --json'],
  }).action(list);
}

async function set(groupId: string, options: { marginPercent: number; json?: true }): Promise<void> {
  const { marginPercent: marginPpm } = options;
  await changeDatabase(async ({ db }) => {
    const before = await setGroup(db, groupId, marginPpm);
    const done = { action: 'group.set', targetId: groupId, after: { marginPpm } } as const;
    return {
      result: undefined,
      done: before === undefined ? done : { ...done, before: { marginPpm: before } },
    };
  });
  const text = `Accounts of ${groupId} pay the prices and ${percentDecimal(marginPpm)} %.`;
  printResult(options, { groupId, marginPpm }, text);
}

async function list(options: { json?: true }): Promise<void> {
  const groups = await useDatabase(({ db }) => listGroups(db));
  const lines = groups.map(
    ({ groupId, marginPpm, accounts }) => `${groupId}  ${percentDecimal(marginPpm)} %  ${accounts} accounts`,
  );
  printResult(options, { groups }, lines.join('\n') || 'There are no groups. Add one with `weir group set`.');
}
