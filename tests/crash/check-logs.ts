import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** How Node ends what it prints of an error that nobody caught. */
const UNCAUGHT = /^Node\.js v/m;
const LINES_SHOWN = 12;

/** No server may die of another's death. @param dir has a log for each. */
export async function checkLogs(dir: string): Promise<string[]> {
  const names = (await readdir(dir)).filter((name) => name.endsWith('.log'));
  const problems = await Promise.all(
    names.map(async (name) => {
      const log = await readFile(join(dir, name), 'utf8');
      const end = UNCAUGHT.exec(log)?.index;
      if (end === undefined) return [];
      return [
        `${name}: died by itself\n${log.slice(0, end).trimEnd().split('\n').slice(-LINES_SHOWN).join('\n')}`,
      ];
    }),
  );
  return problems.flat();
}
