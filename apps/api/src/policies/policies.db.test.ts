import { loadBrand } from '@weir/brand/load';
import { newId } from '@weir/core/ids';
import { channels, policyAcceptances } from '@weir/db/schema';
import { describe, expect, it } from 'vitest';
import { errorOf, PASSWORD, startTestApi } from '../testing/start-test-api.ts';
import { publishPolicy } from './policies.ts';
import { policyFacts } from './policy-facts.ts';

type TestApi = Awaited<ReturnType<typeof startTestApi>>;

async function publish({ database }: TestApi, WEIR_BRAND: string, kind: 'privacy' | 'terms' = 'privacy') {
  const brand = loadBrand({ WEIR_BRAND });
  const facts = await policyFacts(database.db, { brand, WEIR_LOG_RETENTION_DAYS: 30 });
  return publishPolicy(database.db, kind, facts);
}

const addChannel = ({ database }: TestApi, vendor: string, enabled = true) =>
  database.db.insert(channels).values({
    id: newId('channel'),
    vendor,
    dialect: 'openai-chat',
    baseUrl: 'https://api.example.com/v1',
    enabled,
  });

async function wordsOf(api: TestApi, locale: string): Promise<string> {
  const { texts } = await api.client().policies.get.query({ kind: 'privacy' });
  return JSON.stringify(texts[locale]);
}

describe('the privacy policy', () => {
  it('tells what TreeRouter is set up to do', async () => {
    await using api = await startTestApi({}, { WEIR_BRAND: 'treerouter' });
    await addChannel(api, 'openai');
    await addChannel(api, 'acme', false);
    await addChannel(api, 'sandbox');
    const en = await wordsOf(api, 'en');
    for (const part of ['TreeRouter GmbH', 'support@treerouter.example', 'eu-central', '30 days', 'OpenAI']) {
      expect(en).toContain(part);
    }
    expect(en).toContain('Not the network address');
    for (const part of ['phone number', 'capture', 'acme', 'sandbox']) expect(en).not.toContain(part);
    const zh = await wordsOf(api, 'zh-CN');
    expect(zh).toContain('不记录发起调用的网络地址');
    expect(zh).not.toContain('电话');
  });

  it('tells what BananaRouter is set up to do', async () => {
    await using api = await startTestApi({}, { WEIR_BRAND: 'bananarouter' });
    const en = await wordsOf(api, 'en');
    for (const part of [
      'a phone number, if you choose to',
      'Also the network address',
      'switch on a capture',
      '24 hours at most',
      'Alipay',
    ]) {
      expect(en).toContain(part);
    }
    expect(await wordsOf(api, 'zh-CN')).toContain('同时记录发起调用的网络地址');
  });

  it('is a draft until it is published; a version that is replaced stays as it was', async () => {
    await using api = await startTestApi({}, { WEIR_BRAND: 'treerouter' });
    expect(await api.client().policies.get.query({ kind: 'privacy' })).toMatchObject({
      versionId: null,
      versions: [],
    });
    const first = await publish(api, 'treerouter');
    expect(await publish(api, 'treerouter')).toMatchObject({ versionId: first.versionId, isNew: false });
    await addChannel(api, 'mistral');
    expect(await wordsOf(api, 'en')).not.toContain('Mistral');
    const second = await publish(api, 'treerouter');
    expect(second).toMatchObject({ isNew: true, previousId: first.versionId });
    expect(await wordsOf(api, 'en')).toContain('Mistral');
    const former = await api.client().policies.get.query({ kind: 'privacy', versionId: first.versionId });
    expect(JSON.stringify(former.texts)).not.toContain('Mistral');
    expect(former.versions.map(({ versionId }) => versionId)).toEqual([second.versionId, first.versionId]);
    expect(
      await errorOf(api.client().policies.get.query({ kind: 'terms', versionId: first.versionId })),
    ).toMatchObject({ weirCode: 'not_found' });
    await expect(api.database.sql`update policy_versions set texts = '{}'`).rejects.toThrow('append-only');
  });
});

describe('accepting', () => {
  it('happens at sign-up of the versions that were shown, and again when one changes', async () => {
    await using api = await startTestApi();
    const privacy = await publish(api, 'treerouter');
    const terms = await publish(api, 'treerouter', 'terms');
    const { auth } = api.client();
    const { signUpId } = await auth.signUp.mutate({
      email: 'ada@example.com',
      username: 'ada',
      password: PASSWORD,
      acceptedPolicyIds: [privacy.versionId, 'pol_none'],
    });
    const code = await api.mailedCode();
    const { sessionToken } = await auth.confirmSignUp.mutate({ signUpId, code });
    const ada = api.client(sessionToken);
    expect(await ada.policies.pending.query()).toMatchObject([{ kind: 'terms', versionId: terms.versionId }]);
    await ada.policies.accept.mutate({ versionIds: [terms.versionId] });
    await ada.policies.accept.mutate({ versionIds: [terms.versionId] });
    expect(await ada.policies.pending.query()).toEqual([]);

    const changed = await publish(api, 'bananarouter');
    expect(await ada.policies.pending.query()).toMatchObject([{ versionId: changed.versionId }]);
    await ada.policies.accept.mutate({ versionIds: [changed.versionId] });
    expect(await ada.policies.pending.query()).toEqual([]);
    expect(await api.database.db.$count(policyAcceptances)).toBe(3);
    expect(await (await api.signUp('bob@example.com')).client.policies.pending.query()).toHaveLength(2);
  });

  it('goes with the person', async () => {
    await using api = await startTestApi();
    const { versionId } = await publish(api, 'treerouter');
    const { client, userId } = await api.signUp('ada@example.com');
    await client.policies.accept.mutate({ versionIds: [versionId] });
    await api.database.sql`delete from users where id = ${userId}`;
    expect(await api.database.db.$count(policyAcceptances)).toBe(0);
  });
});
