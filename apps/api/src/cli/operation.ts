import type { Command } from 'commander';

export interface OperationHelp {
  description: string;
  /** Whole commands without the leading `weir`. */
  examples: readonly string[];
}

/** A command that does something, as opposed to a group: each takes `--json` and shows examples in its help. */
export function operation(group: Command, name: string, { description, examples }: OperationHelp): Command {
  const lines = examples.map((example) => `  $ pnpm --silent weir ${example}`);
  return group
    .command(name)
    .description(description)
    .option('--json', 'print the result as JSON, and nothing else, on stdout')
    .addHelpText('after', `\n${lines.length === 1 ? 'Example' : 'Examples'}:\n${lines.join('\n')}`);
}

/** Prints what a command has to say: `result` with `--json`, or else `text`. */
export function printResult(options: { json?: true }, result: object, text: string): void {
  process.stdout.write(`${options.json ? JSON.stringify(result) : text}\n`);
}
