import { staffRole } from '@weir/db/schema';
import { Option, type Command } from 'commander';
import { signInUrl } from '../../auth/sign-in-link.ts';
import { describeReset, resetSecondFactor } from '../../second-factor/reset-second-factor.ts';
import { createStaff } from '../../staff/create-staff.ts';
import { findStaff } from '../../staff/find-staff.ts';
import { listStaff } from '../../staff/list-staff.ts';
import { setStaffRole } from '../../staff/set-staff-role.ts';
import type { StaffRole } from '../../staff/staff-role.ts';
import { operation, printResult } from '../operation.ts';
import { changeDatabase, useDatabase } from '../use-database.ts';
import { email, nullIfNone } from '../values.ts';

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

  operation(group, 'set-role', {
    description: 'Give someone another role, or none. Ends their sessions: they sign in anew.',
    examples: [
      'staff set-role --email ada@example.com --role support',
      'staff set-role --email ada@example.com --role none',
    ],
  })
    .requiredOption('--email <email>', 'their e-mail', email)
    .addOption(
      new Option('--role <role>', 'what they may do')
        .choices([...staffRole.enumValues, 'none'])
        .makeOptionMandatory(),
    )
    .action(setRole);

  operation(group, 'list', {
    description: 'List the people of the staff with their roles.',
    examples: ['staff list', 'staff list --json'],
  }).action(list);
}

async function resetSecondFactorOf(options: { email: string; json?: true }): Promise<void> {
  const result = await changeDatabase(async ({ db }) => {
    const { userId } = await findStaff(db, options.email);
    const reset = await resetSecondFactor(db, userId);
    return {
      result: { userId, ...reset },
      done: { action: 'staff.reset_second_factor', targetId: userId, before: reset },
    };
  });
  printResult(options, result, describeReset(options.email, result));
}

async function setRole(options: { email: string; role: StaffRole | 'none'; json?: true }): Promise<void> {
  const { email } = options;
  const role = nullIfNone(options.role);
  const userId = await changeDatabase(async ({ db }) => {
    const { userId, before } = await setStaffRole(db, { email, role });
    const done = { action: 'staff.set_role', targetId: userId } as const;
    return { result: userId, done: { ...done, before: { role: before }, after: { role } } };
  });
  const text = role === null ? `${email} is not staff any more.` : `${email} has the role ${role}.`;
  printResult(options, { userId, role }, text);
}

async function list(options: { json?: true }): Promise<void> {
  const staff = await useDatabase(({ db }) => listStaff(db));
  const lines = staff.map(({ userId, email, role }) => `${userId}  ${role}  ${email}`);
  printResult(
    options,
    { staff },
    lines.join('\n') || 'There is no staff. Add someone with `weir staff create`.',
  );
}

async function create(options: { email: string; role: StaffRole; json?: true }): Promise<void> {
  const { email, role } = options;
  const result = await changeDatabase(async ({ db }, config) => {
    const { userId, token, expiresAt } = await createStaff(db, { email, role });
    return {
      result: { userId, signInUrl: signInUrl(config, token), expiresAt: expiresAt.toISOString() },
      done: { action: 'staff.create', targetId: userId, after: { role } },
    };
  });
  const text = `${email} signs in once with this link, until ${result.expiresAt}:\n${result.signInUrl}`;
  printResult(options, result, text);
}
