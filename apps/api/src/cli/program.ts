import { Command, type OutputConfiguration } from 'commander';
import { addAccountCommands } from './commands/account.ts';
import { addAnnouncementCommands } from './commands/announcement.ts';
import { addArchiveCommands } from './commands/archive.ts';
import { addCatalogCommands } from './commands/catalog.ts';
import { addChannelCommands } from './commands/channel.ts';
import { addGroupCommands } from './commands/group.ts';
import { addKeyCommands } from './commands/key.ts';
import { addLedgerCommands } from './commands/ledger.ts';
import { addLegalCommands } from './commands/legal.ts';
import { addModelCommands } from './commands/model.ts';
import { addPolicyCommands } from './commands/policy.ts';
import { addPriceCommands } from './commands/price.ts';
import { addStaffCommands } from './commands/staff.ts';

/** The operator's command line. It works on the database itself, whether the servers run or not. */
export function buildProgram(output: OutputConfiguration = {}): Command {
  const program = new Command('weir')
    .configureOutput(output)
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
  addGroupCommands(program);
  addKeyCommands(program);
  addChannelCommands(program);
  addModelCommands(program);
  addPriceCommands(program);
  addCatalogCommands(program);
  addStaffCommands(program);
  addPolicyCommands(program);
  addAnnouncementCommands(program);
  addLedgerCommands(program);
  addLegalCommands(program);
  addArchiveCommands(program);
  return program;
}
