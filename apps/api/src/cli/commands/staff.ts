import { staffRole } from '@weir/db/schema';
import { Option, type Command } from 'commander';
import { signInUrl } from '../../auth/sign-in-link.ts';
import { describeReset, resetSecondFactor } from '../../second-factor/reset-second-factor.ts';
import { createStaff } from '../../staff/create-staff.ts';
import { findStaff } from '../../staff/find-staff.ts';
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

  operation(group, 'reset-second-factor', {
    description:
      'Take the authenticator app, the passkeys and the recovery codes from a person of the staff, who has lost them. Ends their sessions, and tells them.',
    examples: ['staff reset-second-factor --email owner@example.com'],
  })
    .requiredOption('--email <email>', 'their e-mail', email)
    .action(resetSecondFactorOf);
}

async function resetSecondFactorOf(options: { email: string; json?: true }): Promise<void> {
  const result = await useDatabase(async ({ db }) => {
    const { userId } = await findStaff(db, options.email);
    return { userId, ...(await resetSecondFactor(db, userId)) };
  });
  printResult(options, result, describeReset(options.email, result));
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
