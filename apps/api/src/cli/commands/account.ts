import { usdDecimal, type NanoUsd } from '@weir/core/money';
import { credit } from '@weir/ledger';
import type { Command } from 'commander';
import { changeConcurrency, changeGroup } from '../../accounts/change-account.ts';
import { createAccount } from '../../accounts/create-account.ts';
import { findBalance } from '../../accounts/find-balance.ts';
import { findHolder } from '../../accounts/find-holder.ts';
import { usernameFromEmail } from '../../accounts/username-from-email.ts';
import { createSignInLink, signInUrl } from '../../auth/sign-in-link.ts';
import { describeReset, resetSecondFactor } from '../../second-factor/reset-second-factor.ts';
import { operation, printResult } from '../operation.ts';
import { changeDatabase, useDatabase } from '../use-database.ts';
import {
  email,
  groupName,
  idOf,
  nullIfNone,
  orNone,
  positiveUsd,
  reference,
  usdAmount,
  wholeNumber,
} from '../values.ts';

const CONCURRENCY_MAX = 1_000_000;

export function addAccountCommands(program: Command): void {
  const group = program.command('account').description('Accounts and their balances.');

  operation(group, 'create', {
    description:
      'Create an account and its user, who has no password yet and signs in first by `account sign-in-link`.',
    examples: [
      'account create --email ada@example.com',
      'account create --email ada@example.com --credit-usd 10 --json',
    ],
  })
    .requiredOption('--email <email>', 'the e-mail of its user', email)
    .option('--credit-usd <amount>', 'grant it this much, in US dollars', positiveUsd)
    .action(create);

  operation(group, 'show', {
    description: 'Show the balance of an account.',
    examples: ['account show acc_06e2m8k3q0…', 'account show acc_06e2m8k3q0… --json'],
  })
    .argument('<account>', 'its id', idOf('account'))
    .action(show);

  operation(group, 'sign-in-link', {
    description:
      'Print a link that signs the holder of an account in once, within 24 hours: for a first sign-in, or a lost password.',
    examples: ['account sign-in-link acc_06e2m8k3q0…'],
  })
    .argument('<account>', 'its id', idOf('account'))
    .action(signInLink);

  operation(group, 'reset-second-factor', {
    description:
      'Take the authenticator app, the passkeys and the recovery codes from the holder of an account, who has lost them. Ends their sessions, and tells them.',
    examples: ['account reset-second-factor acc_06e2m8k3q0…'],
  })
    .argument('<account>', 'its id', idOf('account'))
    .action(resetHoldersSecondFactor);

  operation(group, 'credit', {
    description:
      'Add to the balance of an account, or with a negative amount take from it. The same --ref counts once.',
    examples: ['account credit acc_06e2m8k3q0… --usd 25 --ref invoice-2026-031'],
  })
    .argument('<account>', 'its id', idOf('account'))
    .requiredOption('--usd <amount>', 'how much, in US dollars', usdAmount)
    .requiredOption('--ref <text>', 'what it is for; must be unique', reference)
    .action(adjust);

  operation(group, 'set-group', {
    description: 'Put an account into a group, whose margin it pays for the calls to come, or out of it.',
    examples: ['account set-group acc_06e2m8k3q0… resellers', 'account set-group acc_06e2m8k3q0… none'],
  })
    .argument('<account>', 'its id', idOf('account'))
    .argument('<group>', 'the group, or none', orNone(groupName))
    .action(setGroupOf);

  operation(group, 'set-concurrency', {
    description: 'Limit how many calls of an account may go on at a time.',
    examples: ['account set-concurrency acc_06e2m8k3q0… 50', 'account set-concurrency acc_06e2m8k3q0… none'],
  })
    .argument('<account>', 'its id', idOf('account'))
    .argument('<calls>', 'at most so many, or none for no limit', orNone(wholeNumber(1, CONCURRENCY_MAX)))
    .action(setConcurrency);
}

async function setGroupOf(accountId: string, group: string, options: { json?: true }): Promise<void> {
  const groupId = nullIfNone(group);
  await changeDatabase(async ({ db }) => ({
    result: undefined,
    done: await changeGroup(db, accountId, groupId),
  }));
  const text = groupId === null ? `${accountId} is in no group.` : `${accountId} is in the group ${groupId}.`;
  printResult(options, { accountId, groupId }, text);
}

async function setConcurrency(
  accountId: string,
  calls: number | 'none',
  options: { json?: true },
): Promise<void> {
  const concurrencyMax = nullIfNone(calls);
  await changeDatabase(async ({ db }) => ({
    result: undefined,
    done: await changeConcurrency(db, accountId, concurrencyMax),
  }));
  const text =
    concurrencyMax === null
      ? `${accountId} may have any number of calls at a time.`
      : `${accountId} may have ${concurrencyMax} calls at a time.`;
  printResult(options, { accountId, concurrencyMax }, text);
}

async function create(options: { email: string; creditUsd?: NanoUsd; json?: true }): Promise<void> {
  const { email, creditUsd } = options;
  const accountId = await changeDatabase(async (tx) => {
    const person = { email, username: usernameFromEmail(email) };
    const { accountId, userId } = await createAccount(tx.db, person);
    if (creditUsd !== undefined) {
      const ref = `account-create:${accountId}`;
      await credit(tx, { accountId, kind: 'grant', amountNanoUsd: creditUsd, ref });
    }
    const after = { userId, grantNanoUsd: creditUsd };
    return {
      result: accountId,
      done: { action: 'account.create', targetId: accountId, accountId, after },
    };
  });
  const granted = creditUsd === undefined ? '' : ` and granted it ${usdDecimal(creditUsd)} USD`;
  printResult(options, { accountId }, `Created account ${accountId} for ${email}${granted}.`);
}

async function show(account: string, options: { json?: true }): Promise<void> {
  const balance = await useDatabase(({ db }) => findBalance(db, account));
  const { accountId, balanceNanoUsd, heldNanoUsd, availableNanoUsd } = balance;
  const usd = (amount: string) => `${usdDecimal(BigInt(amount))} USD`;
  const text = `${accountId}: balance ${usd(balanceNanoUsd)}, held ${usd(heldNanoUsd)}, available ${usd(availableNanoUsd)}`;
  printResult(options, { accountId, balanceNanoUsd, heldNanoUsd }, text);
}

async function signInLink(accountId: string, options: { json?: true }): Promise<void> {
  const result = await changeDatabase(async ({ db }, config) => {
    const { userId } = await findHolder(db, accountId);
    const link = await createSignInLink(db, userId);
    const expiresAt = link.expiresAt.toISOString();
    return {
      result: { userId, signInUrl: signInUrl(config, link.token), expiresAt },
      done: { action: 'account.sign_in_link', targetId: accountId, accountId, after: { userId, expiresAt } },
    };
  });
  const text = `The holder signs in once with this link, until ${result.expiresAt}:\n${result.signInUrl}`;
  printResult(options, result, text);
}

async function resetHoldersSecondFactor(accountId: string, options: { json?: true }): Promise<void> {
  const result = await changeDatabase(async ({ db }) => {
    const { userId } = await findHolder(db, accountId);
    const reset = await resetSecondFactor(db, userId);
    return {
      result: { userId, ...reset },
      done: { action: 'account.reset_second_factor', targetId: accountId, accountId, before: reset },
    };
  });
  printResult(options, result, describeReset(accountId, result));
}

async function adjust(accountId: string, options: { usd: NanoUsd; ref: string; json?: true }): Promise<void> {
  const { usd, ref } = options;
  const result = await changeDatabase(async (tx) => {
    // An unknown account is told apart from everything else that may go wrong.
    await findBalance(tx.db, accountId);
    const credited = await credit(tx, { accountId, kind: 'adjustment', amountNanoUsd: usd, ref });
    const after = { entryId: credited.entryId, amountNanoUsd: usd, ref };
    return {
      result: credited,
      done: credited.credited
        ? { action: 'account.adjust', targetId: accountId, accountId, after }
        : undefined,
    };
  });
  const text = result.credited
    ? `Moved ${usdDecimal(usd)} USD on ${accountId} (${result.entryId}).`
    : `Nothing moved: "${ref}" was credited before (${result.entryId}).`;
  printResult(options, { entryId: result.entryId, credited: result.credited }, text);
}
