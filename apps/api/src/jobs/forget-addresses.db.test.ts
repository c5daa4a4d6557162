import { newId } from '@weir/core/ids';
import { legalHolds, notices } from '@weir/db/schema';
import { eq } from 'drizzle-orm';
import { expect, it } from 'vitest';
import { startTestApi, type TestApi } from '../testing/start-test-api.ts';
import { forgetAddresses } from './forget-addresses.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

async function tell({ database: { db } }: TestApi, userId: string, daysAgo: number): Promise<string> {
  const id = newId('notice');
  const data = { device: 'Firefox, Linux', address: '203.0.113.7' };
  const createdAt = new Date(Date.now() - daysAgo * DAY_MS);
  await db.insert(notices).values({ id, userId, kind: 'security', name: 'new_device', data, createdAt });
  return id;
}

it('the address of a sign-in is forgotten when its requests are, unless a law wants it kept', async () => {
  await using api = await startTestApi({}, { WEIR_BRAND: 'bananarouter' });
  const { db } = api.database;
  const ada = await api.signUp('ada@example.com');
  const held = await api.signUp('held@example.com');
  await db.insert(legalHolds).values({ accountId: held.accountId, reference: '7 O 12/26' });
  const [old, recent, kept] = [
    await tell(api, ada.userId, 31),
    await tell(api, ada.userId, 29),
    await tell(api, held.userId, 31),
  ];
  await forgetAddresses(api.database, 30);
  const dataOf = async (id: string) => {
    const [notice] = await db.select().from(notices).where(eq(notices.id, id));
    return notice?.data;
  };
  expect(await dataOf(old)).toEqual({ device: 'Firefox, Linux', address: null });
  expect(await dataOf(recent)).toMatchObject({ address: '203.0.113.7' });
  expect(await dataOf(kept)).toMatchObject({ address: '203.0.113.7' });
  // Read as before, without the address.
  expect((await ada.client.notices.list.query({})).items).toHaveLength(2);
});
