import { Command } from 'commander';
import { addAccountCommands } from './commands/account.ts';
import { addChannelCommands } from './commands/channel.ts';
import { addKeyCommands } from './commands/key.ts';
import { addLedgerCommands } from './commands/ledger.ts';
import { addModelCommands } from './commands/model.ts';
import { addStaffCommands } from './commands/staff.ts';

/** The operator's command line. It works on the database itself, whether the servers run or not. */
export function buildProgram(): Command {
  const program = new Command('weir')
    .description('Operate a Weir gateway. Works on the database itself, whether the servers run or not.')
    .exitOverride()
    .showHelpAfterError('Add --help to see how it is used.')
    .addHelpText(
      'after',
      `
The database is that of DATABASE_URL, or the embedded one in WEIR_DATA_DIR (.weir).
Exit codes: 0 done, 1 failed, 2 the command was not understood.`,
    );
  addAccountCommands(program);
  addKeyCommands(program);
  addChannelCommands(program);
  addModelCommands(program);
  addStaffCommands(program);
  addLedgerCommands(program);
  return program;
}
