import { CommanderError } from 'commander';
import { buildProgram } from '../cli/program.ts';

/** What the command line answers before it does anything: the help that was asked for, or what was not understood. */
export async function commanderSays(args: readonly string[]): Promise<string> {
  let text = '';
  const write = (part: string) => void (text += part);
  try {
    await buildProgram({ writeOut: write, writeErr: write }).parseAsync(args, { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) return text;
    throw error;
  }
  throw new Error(`${args.join(' ')} was understood`);
}
