import { staffRole } from '@weir/db/schema';
import { Option, type Command } from 'commander';
import { signInUrl } from '../../auth/sign-in-link.ts';
import { createStaff } from '../../staff/create-staff.ts';
import type { StaffRole } from '../../staff/staff-role.ts';
import { operation, printResult } from '../operation.ts';
import { useDatabase } from '../use-database.ts';
import { email } from '../values.ts';

export function addStaffCommands(program: Command): void {
  const group = program.command('staff').description('The people who run this gateway.');

  operation(group, 'create', {
    description:
      'Create a person of the staff and print a link that signs them in once, within 24 hours. For someone who has the role already, print another link.',
    examples: ['staff create --email owner@example.com --role owner'],
  })
    .requiredOption('--email <email>', 'their e-mail', email)
    .addOption(
      new Option('--role <role>', 'what they may do').choices(staffRole.enumValues).makeOptionMandatory(),
    )
    .action(create);
}

async function create(options: { email: string; role: StaffRole; json?: true }): Promise<void> {
  const { email, role } = options;
  const result = await useDatabase(async ({ db }, config) => {
    const { userId, token, expiresAt } = await createStaff(db, { email, role });
    return { userId, signInUrl: signInUrl(config, token), expiresAt: expiresAt.toISOString() };
  });
  const text = `${email} signs in once with this link, until ${result.expiresAt}:\n${result.signInUrl}`;
  printResult(options, result, text);
}
