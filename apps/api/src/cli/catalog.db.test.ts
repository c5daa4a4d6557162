import { models } from '@weir/db/schema';
import { expect, it } from 'vitest';
import { CHANNEL, startTestCli } from '../testing/start-test-cli.ts';

it('`weir catalog add` shows the difference, and writes it when it is told so', async () => {
  await using weir = await startTestCli();
  const { channelId } = await weir.json(
    ...CHANNEL.map((word) => (word === 'acme' ? 'mistral' : word)),
    '--secret',
    's',
  );
  const add = [
    'catalog',
    'add',
    '--vendor',
    'mistral',
    '--channel',
    String(channelId),
    '--model',
    'mistral-large*',
  ];
  expect(await weir.run(add)).toEqual({
    code: 1,
    stdout: '',
    stderr: 'Nobody can be asked here. Say --yes to write, or --dry-run to see.\n',
  });
  const shown = await weir.json(...add, '--dry-run');
  expect(shown).toMatchObject({ written: false, unchanged: 0 });
  expect(await weir.database.db.$count(models)).toBe(0);

  const { code, stdout } = await weir.run([...add, '--yes']);
  expect(code).toBe(0);
  const lines = stdout.trimEnd().split('\n');
  const added = (shown['changes'] as unknown[]).length;
  expect(lines.slice(-2)).toEqual([`${added} to add, 0 to change, 0 as they should be.`, 'Written.']);
  expect(lines).toHaveLength(added + 2);
  expect(lines[0]).toMatch(
    /^\+ mistral\/mistral-large\S*: (context \d+ tokens; )?price input .* USD, output .* USD/,
  );
  expect(await weir.json(...add, '--yes')).toEqual({ written: false, changes: [], unchanged: added });
});
