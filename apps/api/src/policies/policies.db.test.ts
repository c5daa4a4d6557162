import { newId } from '@weir/core/ids';
import { channels, policyAcceptances, users } from '@weir/db/schema';
import { eq } from 'drizzle-orm';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../config.ts';
import { errorOf, PASSWORD, startTestApi } from '../testing/start-test-api.ts';
import { publishPolicy } from './policies.ts';
import { policyFacts } from './policy-facts.ts';
import { warnOfOutdatedPolicies } from './warn-of-outdated-policies.ts';

type TestApi = Awaited<ReturnType<typeof startTestApi>>;

async function publish({ database }: TestApi, WEIR_BRAND: string, kind: 'privacy' | 'terms' = 'privacy') {
  const facts = await policyFacts(database.db, readConfig({ WEIR_BRAND }));
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
    for (const part of ['phone number', 'capture', 'acme', 'sandbox', 'system, the network address']) {
      expect(en).not.toContain(part);
    }
    const zh = await wordsOf(api, 'zh-CN');
    expect(zh).toContain('不记录发起调用的网络地址');
    for (const part of ['电话', '操作系统、网络地址', '抓取']) expect(zh).not.toContain(part);
  });

  it('tells what BananaRouter is set up to do', async () => {
    await using api = await startTestApi({}, { WEIR_BRAND: 'bananarouter' });
    const en = await wordsOf(api, 'en');
    for (const part of [
      'a phone number, if you choose to',
      'Also the network address',
      'the browser and the system, the network address',
      'in what we told you of a sign-in goes after 30 days',
      'switch on a capture',
      '24 hours at most',
      'the capture of a key’s calls was switched on or off',
    ]) {
      expect(en).toContain(part);
    }
    const zh = await wordsOf(api, 'zh-CN');
    for (const part of [
      '同时记录发起调用的网络地址',
      '操作系统、网络地址',
      '登录提醒中的网络地址在 30 天后删除',
    ]) {
      expect(zh).toContain(part);
    }
  });

  it.each(['treerouter', 'bananarouter'])(
    'tells of everything that %s keeps, in each language',
    async (brand) => {
      await using api = await startTestApi(
        {},
        {
          WEIR_BRAND: brand,
          WEIR_LOG_RETENTION_DAYS: '23',
          WEIR_DELETION_GRACE_DAYS: '13',
          WEIR_SESSION_IDLE_HOURS: '48',
          WEIR_SESSION_HOURS_MAX: '264',
        },
      );
      const TOLD = {
        en: [
          'second factor',
          'passkey',
          'recovery codes',
          'signed in',
          'language',
          'mail to you',
          'webhook',
          'found in public',
          'log',
          'law',
        ],
        'zh-CN': [
          '两步验证',
          '通行密钥',
          '恢复代码',
          '登录',
          '语言',
          '邮件',
          'Webhook',
          '公开场合',
          '日志',
          '法律',
        ],
      };
      const TIMES = {
        en: ['23 days', '13 days', '2 days without use', '11 days in any case'],
        'zh-CN': ['23 天', '13 天', '2 天未使用', '满 11 天'],
      };
      for (const locale of ['en', 'zh-CN'] as const) {
        const policy = await wordsOf(api, locale);
        for (const part of [...TOLD[locale], ...TIMES[locale]]) expect(policy).toContain(part);
      }
    },
  );

  it('tells of the archive where there is one, and else that records are deleted', async () => {
    const CLICKHOUSE_URL = 'https://weir:a-secret@clickhouse.example.com:8443/weir';
    const settings = { WEIR_BRAND: 'bananarouter', WEIR_LOG_RETENTION_DAYS: '23' };
    await using without = await startTestApi({}, settings);
    expect(await wordsOf(without, 'en')).toContain('These records are deleted after 23 days, unless');
    expect(await wordsOf(without, 'zh-CN')).toContain('以上记录保存 23 天后删除，');
    await using api = await startTestApi({}, { ...settings, CLICKHOUSE_URL });
    const policies = [await wordsOf(api, 'en'), await wordsOf(api, 'zh-CN')];
    expect(policies[0]).toContain(
      'After 23 days these records, without the network address, go to an archive',
    );
    expect(policies[1]).toContain('以上记录保存 23 天后去除网络地址并转入归档数据库');
    expect(policies.join()).not.toMatch(/are deleted after 23|23 天后删除，|clickhouse/i);
  });

  it.each(['treerouter', 'bananarouter'])(
    'says nothing of payments, which there are none of yet: %s',
    async (brand) => {
      await using api = await startTestApi({}, { WEIR_BRAND: brand });
      expect(await wordsOf(api, 'en')).not.toMatch(/payment|card|alipay|wechat/i);
      expect(await wordsOf(api, 'zh-CN')).not.toMatch(/付款|支付|银行/);
    },
  );

  it('tells the operator when it is not what was published', async () => {
    await using api = await startTestApi({}, { WEIR_BRAND: 'treerouter' });
    const { db } = api.database;
    const { client, userId } = await api.signUp('owner@example.com');
    await db.update(users).set({ staffRole: 'owner' }).where(eq(users.id, userId));
    const lines: string[] = [];
    const log = pino({}, { write: (line: string) => void lines.push(line) });
    const warned = async (WEIR_LOG_RETENTION_DAYS = '30') => {
      lines.length = 0;
      await warnOfOutdatedPolicies(
        db,
        readConfig({ WEIR_BRAND: 'treerouter', WEIR_LOG_RETENTION_DAYS }),
        log,
      );
      return lines.map((line): unknown => JSON.parse(line));
    };
    expect([await warned(), await client.policies.outdated.query()]).toEqual([[], []]);
    await publish(api, 'treerouter');
    await publish(api, 'treerouter', 'terms');
    expect([await warned(), await client.policies.outdated.query()]).toEqual([[], []]);
    // A setting that changes, and a vendor that is added.
    expect(await warned('29')).toMatchObject([{ level: 40, policy: 'privacy' }]);
    await addChannel(api, 'mistral');
    expect(await warned()).toMatchObject([{ level: 40, policy: 'privacy' }]);
    expect(await client.policies.outdated.query()).toEqual(['privacy']);
    await publish(api, 'treerouter');
    expect([await warned(), await client.policies.outdated.query()]).toEqual([[], []]);
  });

  it('tells that an account is erased at once where there is no time of grace', async () => {
    await using api = await startTestApi({}, { WEIR_DELETION_GRACE_DAYS: '0' });
    expect(await wordsOf(api, 'en')).toContain('within the hour');
    expect(await wordsOf(api, 'zh-CN')).toContain('一小时内');
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
      acceptedPolicyIds: [privacy.versionId, newId('policy')],
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
