import { notices, passkeys, recoveryCodes, users } from '@weir/db/schema';
import { eq } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { errorOf, PASSWORD } from '../testing/start-test-api.ts';
import { startTestCli } from '../testing/start-test-cli.ts';
import { signUpWithTotp } from '../testing/with-totp.ts';

const EMAIL = 'ada@example.com';

describe('weir account reset-second-factor', () => {
  it('lets the password alone sign in again, ends the sessions, and tells the person', async () => {
    await using weir = await startTestCli();
    const { client, accountId, userId } = await signUpWithTotp(weir, EMAIL);
    const reset = await weir.json('account', 'reset-second-factor', accountId);
    expect(reset).toEqual({ userId, totpRemoved: true, passkeysRemoved: 0 });
    expect(await errorOf(client.auth.me.query())).toMatchObject({ weirCode: 'not_signed_in' });
    const view = await weir.client().auth.signIn.mutate({ email: EMAIL, password: PASSWORD });
    expect(view.state).toBe('signed_in');
    const { db } = weir.database;
    expect(await db.$count(recoveryCodes)).toBe(0);
    expect(await db.$count(passkeys)).toBe(0);
    expect(await db.$count(notices, eq(notices.name, 'second_factor_reset'))).toBe(1);
    expect((await weir.run(['account', 'reset-second-factor', accountId])).stdout).toBe(
      `${accountId} had no second factor. Their sessions were ended.\n`,
    );
  });
});

describe('weir staff reset-second-factor', () => {
  it('is for the staff alone', async () => {
    await using weir = await startTestCli();
    const { userId } = await signUpWithTotp(weir, EMAIL);
    const run = () => weir.run(['staff', 'reset-second-factor', '--email', EMAIL]);
    expect(await run()).toMatchObject({ code: 1, stderr: `Nobody of the staff has the e-mail ${EMAIL}.\n` });
    await weir.database.db.update(users).set({ staffRole: 'owner' }).where(eq(users.id, userId));
    expect(await run()).toMatchObject({
      code: 0,
      stdout: `Took an authenticator app and 0 passkeys from ${EMAIL}, with the recovery codes. Their sessions were ended.\n`,
    });
  });
});
