import { DATA_INVENTORY } from '@weir/db/data-inventory';
import { openSql } from '@weir/db/open-sql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newClient, sessionTokenOf } from '../../../apps/api/src/testing/start-test-api.ts';
import { startProduct } from '../start-product.ts';

/*
 * The two brands that are shipped, each as a whole: what is asked of a person, what is filled in of them, what is logged of
 * a call, and what pages say. Pages are reached by https through a proxy, as they would be.
 */

const PHONE = '+49 30 123456';
/** Of a caller behind the proxy; for documentation alone. */
const CALLER = '203.0.113.9';
const PERSON = { email: 'ada@example.com', username: 'ada.l', password: 'correct horse battery' };
const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';

interface Brand {
  readonly name: string;
  readonly legalEntity: string;
  readonly email: string;
  /** What a sign-up asks for, in the order of the form. */
  readonly asked: readonly string[];
  /** Columns that say something of a person, as far as anything stands in them afterwards. */
  readonly filled: readonly string[];
  readonly callFrom: string | null;
  readonly policy: readonly string[];
  readonly notInPolicy: readonly string[];
}

const EVERY_BRANDS = ['api_keys.name', 'notices.data', 'sessions.device', 'users.email', 'users.username'];

const BRANDS: Readonly<Record<string, Brand>> = {
  treerouter: {
    name: 'TreeRouter',
    legalEntity: 'TreeRouter GmbH',
    email: 'support@treerouter.example',
    asked: ['email', 'username', 'password'],
    filled: EVERY_BRANDS,
    callFrom: null,
    policy: ['Not the network address that it came from.'],
    notInPolicy: ['phone number', 'Also the network address', 'capture of the calls'],
  },
  bananarouter: {
    name: 'BananaRouter',
    legalEntity: 'BananaRouter Pte. Ltd.',
    email: 'support@bananarouter.example',
    asked: ['email', 'username', 'phone', 'password'],
    filled: [...EVERY_BRANDS, 'requests.source_ip', 'sessions.address', 'users.phone'].toSorted(),
    callFrom: CALLER,
    policy: ['a phone number, if you choose to', 'Also the network address that it came from.'],
    notInPolicy: ['Not the network address'],
  },
};

const PUBLIC_PAGES = [
  '/',
  '/models',
  '/docs',
  '/sign-in',
  '/sign-up',
  '/forgot',
  '/legal/privacy',
  '/legal/terms',
];
const PEOPLES_PAGES = [
  '/overview',
  '/keys',
  '/activity',
  '/statement',
  '/notices',
  '/playground',
  '/settings',
];

describe.each(Object.entries(BRANDS))('%s', (profile, brand) => {
  let product: Awaited<ReturnType<typeof startProduct>>;
  let sessionToken: string;

  beforeAll(async () => {
    product = await startProduct({
      WEIR_BRAND: profile,
      LOG_LEVEL: 'trace',
      WEIR_PUBLIC_WEB_URL: 'https://gateway.example',
      WEIR_TRUSTED_PROXIES: '127.0.0.1',
    });
  }, 120_000);

  afterAll(() => product[Symbol.asyncDispose]());

  const pageOf = (path: string, signedIn = false) =>
    fetch(`http://127.0.0.1:${(product.settings as Record<string, string>)['WEB_PORT']}${path}`, {
      headers: {
        accept: 'text/html',
        ...(signedIn && { cookie: `__Host-weir_session=${sessionToken}` }),
      },
      redirect: 'manual',
    });

  it('asks for no more than it says', async () => {
    const form = /<form[^>]*method="POST"[\s\S]*?<\/form>/.exec(await (await pageOf('/sign-up')).text())?.[0];
    const fields = [...(form ?? '').matchAll(/<input[^>]*>/g)].map(([input]) => ({
      name: /\bname="([^"]*)"/.exec(input)?.[1],
      isRequired: /\brequired\b/.test(input),
    }));
    expect(fields.map(({ name }) => name)).toEqual(brand.asked);
    expect(fields.filter(({ isRequired }) => !isRequired).map(({ name }) => name)).toEqual(
      brand.asked.filter((name) => name === 'phone'),
    );
  });

  it('keeps of a person and their calls what it says, and nothing else', { timeout: 120_000 }, async () => {
    const { apiUrl, relayUrl, adminEmail, adminPassword } = product.firstStart;
    const headers = { 'user-agent': FIREFOX, 'x-forwarded-for': CALLER };
    const { auth } = newClient(apiUrl, undefined, headers);
    const withPhone = { ...PERSON, phone: PHONE };
    if (!brand.asked.includes('phone')) await expect(auth.signUp.mutate(withPhone)).rejects.toThrow(/phone/i);
    const { signUpId } = await auth.signUp.mutate(brand.asked.includes('phone') ? withPhone : PERSON);
    const owner = newClient(
      apiUrl,
      sessionTokenOf(
        await newClient(apiUrl, undefined).auth.signIn.mutate({ email: adminEmail, password: adminPassword }),
      ),
    );
    const mailed = async () =>
      (await owner.admin.outbox.list.query()).items.find((mail) => mail.recipient === PERSON.email);
    // While the queue of jobs is starting, the next minute sends it.
    await expect.poll(mailed, { timeout: 90_000 }).toBeDefined();
    const { mailId = 'none' } = (await mailed()) ?? {};
    const { text } = await owner.admin.outbox.read.mutate({ mailId });
    const code = /\d{4} \d{4}/.exec(text)?.[0] ?? 'no code';
    ({ sessionToken } = await auth.confirmSignUp.mutate({ signUpId, code }));
    const ada = newClient(apiUrl, sessionToken, headers);
    const { accountId } = await ada.auth.me.query();
    await product.weir('account', 'credit', accountId, '--usd', '1', '--ref', 'a gift');
    const { key } = await ada.keys.create.mutate({ name: 'CI' });
    const response = await fetch(`${relayUrl}/v1/chat/completions`, {
      method: 'POST',
      headers: { ...headers, authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'sandbox/echo', messages: [{ role: 'user', content: 'Hi' }] }),
    });
    expect(response.status).toBe(200);
    // A second browser, of which a notice tells.
    await newClient(apiUrl, undefined, { ...headers, 'x-weir-device': 'b'.repeat(43) }).auth.signIn.mutate(
      PERSON,
    );

    expect(await filledOf(accountId)).toEqual(brand.filled);
    const shown = (await ada.usage.list.query({})).items.map(({ requestId }) => requestId);
    const call = await ada.usage.get.query({ requestId: shown[0] ?? '' });
    expect(JSON.stringify(call).includes(CALLER)).toBe(brand.callFrom !== null);
    if (brand.callFrom === null) expect(product.launcher.output()).not.toContain(CALLER);
  });

  it('says at the foot of every page who runs it and how they are reached', async () => {
    const pages = [
      ...PUBLIC_PAGES.map((path) => [path, false] as const),
      ['/nowhere', false] as const,
      // Where no page of the dashboard's can be made.
      ['/export', false] as const,
      ...PEOPLES_PAGES.map((path) => [path, true] as const),
    ];
    for (const [path, signedIn] of pages) {
      const html = await (await pageOf(path, signedIn)).text();
      for (const part of [brand.name, brand.legalEntity, `mailto:${brand.email}`, '/legal/privacy']) {
        expect([path, html]).toEqual([path, expect.stringContaining(part)]);
      }
    }
  });

  it('offers in the settings what it takes, and tells in its policy what it keeps', async () => {
    const settings = await (await pageOf('/settings', true)).text();
    expect(/name="phone"/.test(settings)).toBe(brand.asked.includes('phone'));
    const policy = await (await pageOf('/legal/privacy')).text();
    for (const part of brand.policy) expect(policy).toContain(part);
    for (const part of brand.notInPolicy) expect(policy).not.toContain(part);
  });

  it('names beside each model who may serve it, and where', async () => {
    const options = ['--vendor', 'acme', '--dialect', 'openai-chat', '--base-url', 'https://acme.example/v1'];
    const added = await product.weir('channel', 'add', ...options, '--secret', 's', '--region', 'eu-west');
    const { channelId } = added.json as { channelId: string };
    const prices = ['--input-usd-per-mtok', '1', '--output-usd-per-mtok', '2'];
    const model = ['--id', 'acme/large', '--channel', channelId, '--upstream-model', 'large'];
    expect(await product.weir('model', 'add', ...model, ...prices)).toMatchObject({ code: 0 });
    const page = await (await pageOf('/models')).text();
    expect(page).toContain('Served by acme (eu-west)');
    expect(await (await pageOf('/legal/privacy')).text()).toContain('acme');
  });

  it('tells browsers to come by https alone, and lets no cookie go by http', async () => {
    const response = await pageOf('/sign-in');
    expect(response.headers.get('strict-transport-security')).toBe('max-age=31536000');
    for (const cookie of response.headers.getSetCookie()) expect(cookie).toMatch(/; secure/i);
  });

  /** The personal columns in which something stands of an account. */
  async function filledOf(accountId: string): Promise<string[]> {
    const database = await openSql(
      { WEIR_DATA_DIR: product.settings.WEIR_DATA_DIR },
      { applicationName: 'weir test', connectionsMax: 1 },
    );
    const { sql } = database;
    const filled: string[] = [];
    for (const [table, { owner, columns }] of Object.entries(DATA_INVENTORY)) {
      if (typeof owner === 'string') continue;
      // Mails and codes go within a day.
      if (table === 'mails' || table === 'email_codes') continue;
      for (const column of columns.personal ?? []) {
        const isOwn =
          owner.by === 'user'
            ? sql`${sql(owner.column)} in (select id from users where account_id = ${accountId})`
            : sql`${sql(owner.column)} = ${accountId}`;
        const rows = await sql`
          select from ${sql(table)} where ${isOwn} and ${sql(column)}::text not in ('', '{}', '[]') limit 1`;
        if (rows.length > 0) filled.push(`${table}.${column}`);
      }
    }
    await database.close();
    return filled.toSorted();
  }
});
