import { keyedHash } from '@weir/core/keyed-hash';
import { mails, oneTimeLinks, proofFailures, recoveryCodes } from '@weir/db/schema';
import { and, eq, isNull } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { composeLetter } from '../notices/compose-letter.ts';
import { softwareAuthenticator } from '../testing/software-authenticator.ts';
import {
  errorOf,
  PASSWORD,
  SECRET_KEY,
  startTestApi,
  WEB_URL,
  type TestApi,
  type TestClient,
} from '../testing/start-test-api.ts';
import { totpCode } from '../testing/with-totp.ts';

const OWN = 'ada@example.com';
const TAKEN = 'taker@example.org';
const SITE = { origin: 'https://weir.example.com', rpId: 'weir.example.com', verifiesUser: true };

async function addPasskey(client: TestClient, name: string) {
  const authenticator = softwareAuthenticator({ ...SITE, counter: 1 });
  const passkey = authenticator.create(await client.secondFactor.passkeys.creationOptions.mutate());
  const { session } = await client.secondFactor.passkeys.add.mutate({ name, passkey });
  return { authenticator, sessionToken: session?.sessionToken };
}

async function signInWith(
  api: TestApi,
  authenticator: Awaited<ReturnType<typeof addPasskey>>['authenticator'],
) {
  const options = await api.client().auth.passkeyOptions.mutate();
  authenticator.state.counter += 1;
  return api.client().auth.signInWithPasskey.mutate({ passkey: authenticator.use(options) });
}

/** @returns the token with which the address before is brought back, and the session that goes on. */
async function changeEmail(api: TestApi, client: TestClient, from: string, newEmail: string) {
  const { changeId } = await client.profile.changeEmail.mutate({ newEmail, currentPassword: PASSWORD });
  const code = await api.mailedCode();
  const { sessionToken } = await client.profile.confirmEmail.mutate({ changeId, code });
  const undo = (await api.deliver()).find(({ recipient, text }) => recipient === from && /undo/.test(text));
  const token = /token=(\S+)/.exec(undo?.text ?? '')?.[1] ?? 'none';
  return { token, client: api.client(sessionToken) };
}

/** Sets a new password by a link that is mailed to the person. */
async function recover(api: TestApi, email: string, newPassword: string): Promise<void> {
  await api.client().auth.requestRecovery.mutate({ email });
  const token = /token=(\S+)/.exec((await api.deliver()).at(-1)?.text ?? '')?.[1] ?? 'none';
  await api.client().auth.resetPassword.mutate({ token, newPassword });
}

const reads = async (api: TestApi, key: string) =>
  (await fetch(`${api.url}/v1/credits`, { headers: { authorization: `Bearer ${key}` } })).status;

describe('an account whose e-mail somebody else has changed', () => {
  it('is its holder’s again: no passkey, app, code, link or key of the taker’s lets anybody in', async () => {
    await using api = await startTestApi();
    const { client } = await api.signUp(OWN);
    const { token, client: renamed } = await changeEmail(api, client, OWN, TAKEN);

    const { authenticator, sessionToken } = await addPasskey(renamed, 'Taker');
    const taker = api.client(sessionToken);
    const { secret } = await taker.secondFactor.beginTotp.mutate();
    await taker.secondFactor.confirmTotp.mutate({ code: totpCode(secret) });
    await errorOf(taker.auth.reauthenticate.mutate({ code: '000000' }));
    const { key } = await taker.keys.create.mutate({ name: 'taker', scopes: ['read', 'manage'] });
    expect(await reads(api, key)).toBe(200);
    const again = await changeEmail(api, taker, TAKEN, 'taker.again@example.org');
    expect(again.token).not.toBe('none');

    await api.client().profile.undoEmailChange.mutate({ token });
    expect(await errorOf(signInWith(api, authenticator))).toMatchObject({ weirCode: 'wrong_credentials' });
    expect(await reads(api, key)).toBe(401);
    expect(await errorOf(again.client.auth.me.query())).toMatchObject({ weirCode: 'not_signed_in' });
    expect(await errorOf(api.client().profile.undoEmailChange.mutate({ token: again.token }))).toMatchObject({
      weirCode: 'wrong_credentials',
    });
    const { db } = api.database;
    expect([await db.$count(recoveryCodes), await db.$count(proofFailures)]).toEqual([0, 0]);
    const [row] = await api.database
      .sql`select revoked_at is not null as revoked, cuts_running from api_keys`;
    expect(row).toEqual({ revoked: true, cuts_running: true });

    await recover(api, OWN, 'a password of her own');
    const signedIn = await api.client().auth.signIn.mutate({ email: OWN, password: 'a password of her own' });
    expect(signedIn.state).toBe('signed_in');
  });

  it('loses what was made up to a day before, and keeps what is older', async () => {
    await using api = await startTestApi();
    const signedUp = await api.signUp(OWN);
    const { sql } = api.database;
    const own = await addPasskey(signedUp.client, 'Own');
    const client = api.client(own.sessionToken);
    const old = await client.keys.create.mutate({ name: 'old', scopes: ['read'] });
    const rotated = await client.keys.create.mutate({ name: 'rotated', scopes: ['read'] });
    await sql`update passkeys set created_at = now() - interval '25 hours'`;
    await sql`update api_keys set created_at = now() - interval '25 hours'`;

    const prepared = await addPasskey(client, 'Prepared');
    const made = await client.keys.create.mutate({ name: 'prepared', scopes: ['read'] });
    await sql`update passkeys set created_at = now() - interval '23 hours' where name = 'Prepared'`;
    await sql`update api_keys set created_at = now() - interval '23 hours' where name = 'prepared'`;
    await client.secondFactor.replaceRecoveryCodes.mutate();
    const { key: newSecret } = await client.keys.rotate.mutate({ keyId: rotated.keyId, overlapHours: 1 });
    const { token } = await changeEmail(api, client, OWN, TAKEN);
    await api.client().profile.undoEmailChange.mutate({ token });

    expect(
      await Promise.all([old.key, rotated.key, newSecret, made.key].map((key) => reads(api, key))),
    ).toEqual([200, 401, 401, 401]);
    expect(await errorOf(signInWith(api, prepared.authenticator))).toMatchObject({
      weirCode: 'wrong_credentials',
    });
    const back = await signInWith(api, own.authenticator);
    const state = await api.client(back.sessionToken).secondFactor.state.query();
    expect(state).toMatchObject({ passkeys: [{ name: 'Own' }], recoveryCodesLeft: 0 });
  });

  it('keeps recovery codes that are older, beside the factor that they stand in for', async () => {
    await using api = await startTestApi();
    const { client } = await api.signUp(OWN);
    const own = await addPasskey(client, 'Own');
    await api.database.sql`update passkeys set created_at = now() - interval '25 hours'`;
    await api.database.sql`update recovery_codes set created_at = now() - interval '25 hours'`;
    const { token } = await changeEmail(api, api.client(own.sessionToken), OWN, TAKEN);
    await api.client().profile.undoEmailChange.mutate({ token });
    const { sessionToken } = await signInWith(api, own.authenticator);
    const state = await api.client(sessionToken).secondFactor.state.query();
    expect(state).toMatchObject({ passkeys: [{ name: 'Own' }], recoveryCodesLeft: 10 });
  });

  describe('while the taker’s own way back is being mailed', () => {
    const DEPS = { keyedHash: keyedHash(SECRET_KEY), brandName: 'Weir', webUrl: WEB_URL };

    /** Changed twice: to the taker’s address, and from there on. @returns the holder’s token, and the taker’s mail. */
    async function takenTwice(api: TestApi) {
      const { client } = await api.signUp(OWN);
      const { token, client: taker } = await changeEmail(api, client, OWN, TAKEN);
      const newEmail = 'taker.again@example.org';
      const { changeId } = await taker.profile.changeEmail.mutate({ newEmail, currentPassword: PASSWORD });
      await taker.profile.confirmEmail.mutate({ changeId, code: await api.mailedCode() });
      const [mail] = await api.database.db
        .select()
        .from(mails)
        .where(and(eq(mails.letter, 'email_undo'), isNull(mails.doneAt)));
      if (!mail) throw new Error('no mail is due');
      return { token, mail };
    }

    it('has no link in a mail that was begun before and is written after', async () => {
      await using api = await startTestApi();
      const { db } = api.database;
      const { token, mail } = await takenTwice(api);
      await api.client().profile.undoEmailChange.mutate({ token });
      expect(await db.transaction((tx) => composeLetter(tx, DEPS, mail))).toBeUndefined();
      expect(await db.$count(oneTimeLinks, isNull(oneTimeLinks.usedAt))).toBe(0);
    });

    it('has a link that is worth nothing in a mail that is just being written', async () => {
      await using api = await startTestApi();
      const { db, sql } = api.database;
      const { token, mail } = await takenTwice(api);
      const seen = { text: '', hasEnded: false };
      const undoing: Promise<unknown>[] = [];
      await db.transaction(async (tx) => {
        seen.text = (await composeLetter(tx, DEPS, mail))?.text ?? '';
        const undo = api.client().profile.undoEmailChange.mutate({ token });
        undoing.push(undo.finally(() => (seen.hasEnded = true)));
        // Goes on when the other one waits for this transaction; one that does not wait has ended.
        while (!seen.hasEnded) {
          const waiting = await sql`
            select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
          if (waiting.length > 0) break;
        }
      });
      await Promise.all(undoing);
      const mailed = /token=(\S+)/.exec(seen.text)?.[1] ?? 'none';
      expect(mailed).not.toBe('none');
      const undone = api.client().profile.undoEmailChange.mutate({ token: mailed });
      expect(await errorOf(undone)).toMatchObject({ weirCode: 'wrong_credentials' });
      expect(await db.$count(oneTimeLinks, isNull(oneTimeLinks.usedAt))).toBe(0);
    });
  });
});
