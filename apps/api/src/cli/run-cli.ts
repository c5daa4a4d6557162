import { CommanderError } from 'commander';
import { explainFailure } from '@weir/core/failures';
import { buildProgram } from './program.ts';

const FAILURE = 1;
const USAGE_ERROR = 2;

/** @returns the exit code: 0 done, 1 failed, 2 the command was not understood. */
export async function runCli(args: readonly string[]): Promise<number> {
  const program = buildProgram();
  try {
    await program.parseAsync(args, { from: 'user' });
    return Number(process.exitCode ?? 0);
  } catch (error) {
    // Commander has written the message, or the help that was asked for.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : USAGE_ERROR;
    process.stderr.write(`${explainFailure(error)}\n`);
    return FAILURE;
  }
}
