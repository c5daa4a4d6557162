import { newApiKey, apiKeyHint, hashSecret } from '@weir/core/api-key';
import { newId } from '@weir/core/ids';
import type { KeyScope } from '@weir/core/key-scopes';
import type { Database } from '@weir/db/connect';
import { apiKeys, staffRole } from '@weir/db/schema';
import { createAccount } from '../accounts/create-account.ts';
import { luciaSessions } from '../auth/lucia.ts';
import { sessionRules } from '../auth/sign-in-settings.ts';
import { readConfig } from '../config.ts';
import type { StaffRole } from '../staff/staff-role.ts';

const RULES = sessionRules(readConfig({}));
const NOWHERE = { device: null, address: null };

export interface SeatedPerson {
  accountId: string;
  userId: string;
  sessionToken: string;
}

/** A person who is signed in, made without the toll that a password takes. */
export async function seatPerson(database: Database, role?: StaffRole): Promise<SeatedPerson> {
  const { db } = database;
  const email = `${crypto.randomUUID()}@example.com`;
  const { accountId, userId } = await createAccount(db, {
    email,
    username: 'some.one',
    ...(role && { staffRole: role }),
  });
  const { sessionToken } = await luciaSessions(db, RULES).create(db, userId, NOWHERE);
  return { accountId, userId, sessionToken };
}

/** One of each who may call: nobody, programs, a holder, somebody else, and each role of the staff. */
export async function seatEveryone(database: Database) {
  const holder = await seatPerson(database);
  const { keyId, key } = await seatProgram(database, holder.accountId);
  const managing = await seatProgram(database, holder.accountId, ['manage']);
  const staff = await Promise.all(
    staffRole.enumValues.map(
      async (role) => [role, (await seatPerson(database, role)).sessionToken] as const,
    ),
  );
  const other = await seatPerson(database);
  const credentials: ReadonlyMap<Seat, string | undefined> = new Map<Seat, string | undefined>([
    ['anonymous', undefined],
    ['other_holder', other.sessionToken],
    ['api_key', key],
    ['managing_key', managing.key],
    ...staff,
    ['holder', holder.sessionToken],
  ]);
  return { holder, keyId, credentials };
}

/** A program of the account, by default with the scopes that a key has by default. */
async function seatProgram({ db }: Database, accountId: string, scopes?: KeyScope[]) {
  const key = newApiKey();
  const keyId = newId('key');
  const hint = apiKeyHint(key);
  await db
    .insert(apiKeys)
    .values({ id: keyId, accountId, name: 'CI', scopes, hash: hashSecret(key), ...hint });
  return { keyId, key };
}

export type Seat = 'anonymous' | 'api_key' | 'managing_key' | 'holder' | 'other_holder' | StaffRole;
