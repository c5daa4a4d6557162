import { users } from '@weir/db/schema';
import { eq } from 'drizzle-orm';
import { expect, it } from 'vitest';
import { errorOf, PASSWORD, startTestApi } from '../testing/start-test-api.ts';

const PERSON = { email: 'ada@example.com', username: 'ada', password: PASSWORD };
const PHONE = '+49 (30) 123-456';

it.each([undefined, 'treerouter'])('no phone is taken under the profile %s', async (brand) => {
  await using api = await startTestApi({}, brand === undefined ? {} : { WEIR_BRAND: brand });
  const refusal = { weirCode: 'invalid_request', param: 'phone' };
  expect(await errorOf(api.client().auth.signUp.mutate({ ...PERSON, phone: PHONE }))).toMatchObject(refusal);
  expect(await api.database.db.$count(users)).toBe(0);

  const { client, userId } = await api.signUp('ada@example.com');
  expect(await errorOf(client.profile.setPhone.mutate({ phone: PHONE }))).toMatchObject(refusal);
  const [user] = await api.database.db.select().from(users).where(eq(users.id, userId));
  expect(user?.phone).toBeNull();
});

it('BananaRouter takes a phone from whoever gives one, and gives it up', async () => {
  await using api = await startTestApi({}, { WEIR_BRAND: 'bananarouter' });
  const bob = await api.signUp('bob@example.com');
  expect(await bob.client.auth.me.query()).toMatchObject({ phone: null });

  const { auth } = api.client();
  const { signUpId } = await auth.signUp.mutate({ ...PERSON, phone: PHONE });
  const { sessionToken } = await auth.confirmSignUp.mutate({ signUpId, code: await api.mailedCode() });
  const ada = api.client(sessionToken);
  expect(await ada.auth.me.query()).toMatchObject({ phone: '+4930123456' });
  expect(await errorOf(ada.profile.setPhone.mutate({ phone: '030 123456' }))).toMatchObject({
    fieldErrors: { phone: 'Write a phone number with its country code, like +49 30 123456.' },
  });
  expect(await ada.profile.setPhone.mutate({ phone: null })).toMatchObject({ phone: null });
});
