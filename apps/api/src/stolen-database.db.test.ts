import { createSignInLink } from './auth/sign-in-link.ts';
import { expect, it } from 'vitest';
import { PASSWORD, startTestApi, type TestApi } from './testing/start-test-api.ts';
import { signUpWithTotp, totpCode } from './testing/with-totp.ts';

const EMAIL = 'ada@example.com';

/** Everything that lets somebody in at this moment; each is worth something until it is used. */
async function waysIn(api: TestApi) {
  const { client, secret, sessionToken, recoveryCodes, userId } = await signUpWithTotp(api, EMAIL);
  const { key } = await client.keys.create.mutate({ name: 'CI', scopes: ['read'] });
  const { ticket } = await client.leaving.export.mutate();
  await api.deliver();
  const { changeId } = await client.profile.changeEmail.mutate({
    newEmail: 'countess@example.com',
    currentPassword: PASSWORD,
  });
  const code = await api.mailedCode();
  await api.client().auth.requestRecovery.mutate({ email: EMAIL });
  const recovery =
    (await api.deliver()).map(({ text }) => /token=(\S+)/.exec(text)?.[1]).find(Boolean) ?? 'none';
  const { token: link } = await createSignInLink(api.database.db, userId);
  const view = await api.client().auth.signIn.mutate({ email: EMAIL, password: PASSWORD });
  const pendingToken = view.state === 'second_factor' ? view.pendingToken : 'none';
  return { sessionToken, key, ticket, changeId, code, recovery, link, pendingToken, recoveryCodes, secret };
}

/** Every text in every column of every table, and each part of one that stands by itself. */
async function dump({ database: { sql } }: TestApi): Promise<string[]> {
  const tables = await sql<{ name: string }[]>`
    select table_name as name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'`;
  const texts = new Set<string>();
  for (const { name } of tables) {
    for (const { row } of await sql<
      { row: string }[]
    >`select to_jsonb(t)::text as row from ${sql(name)} t limit 200`) {
      for (const [, text = ''] of row.matchAll(/"([^"]*)"/g)) {
        for (const part of [text, ...text.split(/[\s:.$|]+/)]) if (part.length > 5) texts.add(part);
      }
    }
  }
  return [...texts];
}

const isIn = async (attempt: Promise<unknown>): Promise<boolean> =>
  attempt.then(
    () => true,
    () => false,
  );

/** Tries it wherever something lets in; @returns where it did. */
async function tryEverywhere(
  api: TestApi,
  text: string,
  known: { pendingToken: string; changeId: string },
): Promise<string[]> {
  // What is counted against guesses would hide what a guess opens.
  await api.database.sql`truncate attempt_limits, proof_failures`;
  await api.database.sql`update pending_sign_ins set tries_left = 5`;
  const { auth, profile } = api.client();
  const asBearer = api.client(text);
  const ticket = async () => {
    const download = await fetch(`${api.url}/export`, { headers: { authorization: `Bearer ${text}` } });
    await download.arrayBuffer();
    return download.ok;
  };
  const attempts: Record<string, Promise<boolean>> = {
    session: isIn(asBearer.auth.me.query()),
    key: isIn(asBearer.account.balance.query()),
    ticket: ticket(),
    link: isIn(auth.signInWithLink.mutate({ token: text })),
    recovery: isIn(auth.resetPassword.mutate({ token: text, newPassword: 'a wholly new one' })),
    undo: isIn(profile.undoEmailChange.mutate({ token: text })),
    pending: isIn(auth.finishOptions.mutate({ pendingToken: text })),
    password: isIn(auth.signIn.mutate({ email: EMAIL, password: text })),
    secondFactor: isIn(auth.finishWithCode.mutate({ pendingToken: known.pendingToken, code: text })),
  };
  const outcomes = await Promise.all(
    Object.entries(attempts).map(async ([where, opened]) => ((await opened) ? where : undefined)),
  );
  return outcomes.filter((where) => where !== undefined);
}

it('whoever has the database, and not the secret key, gets in nowhere', async () => {
  await using api = await startTestApi();
  const ways = await waysIn(api);
  const texts = await dump(api);
  expect(texts.length).toBeGreaterThan(50);

  // What lets in is not there, neither as it is nor hashed as anybody could.
  const secrets = [
    ways.sessionToken,
    ways.key,
    ways.ticket,
    ways.recovery,
    ways.link,
    ways.pendingToken,
    ways.secret,
    PASSWORD,
  ];
  const compact = [...ways.recoveryCodes, ways.code].map((code) => code.replaceAll(/[\s-]/g, ''));
  expect(texts.filter((text) => [...secrets, ...compact].some((secret) => text.includes(secret)))).toEqual(
    [],
  );

  for (const text of texts) {
    expect([text, await tryEverywhere(api, text, ways)]).toEqual([text, []]);
  }

  // The attempts were such as succeed with the real thing.
  expect(await tryEverywhere(api, ways.sessionToken, ways)).toEqual(['session', 'key']);
  expect(await tryEverywhere(api, ways.key, ways)).toEqual(['key']);
  expect(await tryEverywhere(api, ways.ticket, ways)).toEqual(['ticket']);
  expect(await tryEverywhere(api, ways.pendingToken, ways)).toEqual(['pending']);
  expect(await tryEverywhere(api, ways.link, ways)).toEqual(['link']);
  expect(await tryEverywhere(api, totpCode(ways.secret, 1), ways)).toEqual(['secondFactor']);
  expect(await tryEverywhere(api, ways.recovery, ways)).toEqual(['recovery']);
}, 300_000);
