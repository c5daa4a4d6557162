import { globSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { root, startProduct } from '../start-product.ts';
import { sendRaw } from './raw-http.ts';

/** As in production: people come by https, which what stands before this server takes off. */
const ORIGIN = 'https://weir.example.com';
const PUBLIC = { WEIR_PUBLIC_WEB_URL: ORIGIN, WEIR_PUBLIC_RELAY_URL: 'https://api.example.com' };

/** What stands for the parameters of the routes; one that is added has to be put here. */
const PARAMETERS: Readonly<Record<string, string>> = {
  kind: 'privacy',
  accountId: 'acc_none',
  purpose: 'confirm',
};

/** Every address under which the dashboard has a page or an endpoint. */
function routesWith(file: string): string[] {
  const routes = globSync(`**/${file}`, { cwd: `${root}/apps/web/src/routes` });
  return routes.map((path) => {
    const parts = path.split('/').slice(0, -1);
    const named = parts.filter((part) => !part.startsWith('('));
    return `/${named.map((part) => part.replace(/^\[(\w+)\]$/, (_, name: string) => PARAMETERS[name] ?? `no ${name}`)).join('/')}`;
  });
}

const PAGES = routesWith('+page.svelte');
const ENDPOINTS = routesWith('+server.ts');

let product: Awaited<ReturnType<typeof startProduct>>;
let webUrl: string;
let signedIn: string;

/** As the proxy before the dashboard would hand it on. */
const request = (path: string, init: RequestInit = {}) =>
  fetch(webUrl + path, { redirect: 'manual', ...init });

const postForm = (
  path: string,
  fields: Record<string, string>,
  headers: Record<string, string> = { origin: ORIGIN },
) =>
  request(path, {
    method: 'POST',
    headers: { accept: 'text/html', ...headers },
    body: new URLSearchParams(fields),
  });

async function signIn(query = ''): Promise<Response> {
  const { adminEmail: email, adminPassword: password } = product.firstStart;
  return postForm(`/sign-in${query}`, { email, password });
}

beforeAll(async () => {
  product = await startProduct(PUBLIC);
  webUrl = `http://127.0.0.1:${product.settings['WEB_PORT']}`;
  const cookies = (await signIn()).headers.getSetCookie();
  signedIn = cookies.map((cookie) => cookie.split(';')[0]).join('; ');
}, 120_000);

afterAll(async () => product[Symbol.asyncDispose]());

describe('every answer of the dashboard', () => {
  const ALWAYS = {
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'strict-origin-when-cross-origin',
    'strict-transport-security': 'max-age=31536000',
    'cross-origin-opener-policy': 'same-origin',
    'permissions-policy': expect.stringContaining('camera=()'),
    'content-security-policy': expect.stringContaining("frame-ancestors 'none'"),
  };

  /** Pages, refusals, redirects, files; for somebody and for nobody. */
  async function everyAnswer(): Promise<[string, Response][]> {
    const asset = /\/_app\/immutable\/[^"']+\.js/.exec(await (await request('/')).text())?.[0] ?? '/no-asset';
    const paths = [
      ...PAGES,
      ...ENDPOINTS,
      '/nowhere',
      '/%E0%A4%A',
      '/keys/__data.json',
      '/healthz',
      '/robots.txt',
      asset,
    ];
    const answers: [string, Response][] = [];
    for (const path of paths) {
      answers.push([`GET ${path}`, await request(path)]);
      answers.push([`GET ${path}, signed in`, await request(path, { headers: { cookie: signedIn } })]);
    }
    answers.push(['POST from elsewhere', await postForm('/sign-in', {}, { origin: 'https://evil.example' })]);
    answers.push(['PUT', await request('/keys', { method: 'PUT', headers: { origin: ORIGIN } })]);
    answers.push(['POST', await postForm('/keys?/nothing', {})]);
    return answers;
  }

  it('says what it may do, whether it is a page, a redirect, a refusal or a file; none fails', async () => {
    const answers = await everyAnswer();
    expect(answers.length).toBeGreaterThan(70);
    const statuses = new Set<number>();
    for (const [name, { status, headers }] of answers) {
      expect([name, Object.fromEntries(headers)]).toEqual([name, expect.objectContaining(ALWAYS)]);
      expect([name, status]).not.toEqual([name, 500]);
      statuses.add(status);
    }
    expect([...statuses]).toEqual(expect.arrayContaining([200, 303, 400, 403, 404]));
  }, 60_000);

  it('says it of what is no request as well', async () => {
    for (const [bytes, status] of [
      ['nonsense\r\n\r\n', 400],
      [`GET / HTTP/1.1\r\nHost: x\r\nX-Long: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
    ] as const) {
      const answer = await sendRaw(webUrl, bytes);
      const lines = (answer.text.split('\r\n\r\n')[0] ?? '').split('\r\n').slice(1);
      const headers = Object.fromEntries(lines.map((line) => line.split(/: (.*)/, 2)));
      expect([answer.status, headers]).toEqual([status, expect.objectContaining(ALWAYS)]);
    }
  });

  it('lets run no script and takes no sheet of style that it has not itself; a nonce is used once', async () => {
    const nonces: string[] = [];
    for (const path of [...PAGES, '/nowhere']) {
      const response = await request(path, { headers: { cookie: signedIn } });
      if (response.status === 303) continue;
      const html = await response.text();
      const policy = new Map(
        (response.headers.get('content-security-policy') ?? '')
          .split('; ')
          .map((directive) => [directive.split(' ', 1)[0], directive] as const),
      );
      const [, nonce = 'none'] = /'nonce-([^']+)'/.exec(policy.get('script-src') ?? '') ?? [];
      nonces.push(nonce);
      expect(policy.get('default-src')).toBe("default-src 'self'");
      expect(policy.get('script-src')).toBe(`script-src 'self' 'nonce-${nonce}'`);
      expect(policy.get('style-src')).toBe("style-src 'self'");
      expect(policy.get('style-src-attr')).toMatch(/^style-src-attr 'unsafe-hashes' 'sha256-[^' ]+'$/);
      expect(policy.has('style-src-elem')).toBe(false);
      expect(policy.get('base-uri')).toBe("base-uri 'none'");
      expect(policy.get('object-src')).toBe("object-src 'none'");
      expect(policy.get('form-action')).toBe("form-action 'self'");
      const inline = [...html.matchAll(/<script(?![^>]*\bsrc=)([^>]*)>/g)].map(
        ([, attributes]) => attributes,
      );
      expect([path, inline]).toEqual([path, inline.map(() => expect.stringContaining(`nonce="${nonce}"`))]);
      expect([path, html.match(/<style|\s(style|on[a-z]+)=["']|javascript:/gi)]).toEqual([path, null]);
    }
    expect(nonces.length).toBeGreaterThan(20);
    expect(new Set(nonces).size).toBe(nonces.length);
  }, 60_000);

  it('tells nothing of the inside when it fails', async () => {
    for (const path of [
      '/nowhere',
      '/%E0%A4%A',
      '/admin/accounts/acc_none',
      '/activity?cursor=%00&request=%27',
    ]) {
      const text = await (await request(path, { headers: { cookie: signedIn } })).text();
      expect([
        path,
        text.match(/node_modules|file:\/\/|postgres|select .* from|127\.0\.0\.1:\d+|\.ts:\d/i),
      ]).toEqual([path, null]);
    }
  });
});

describe('what changes something', () => {
  it('is taken from pages of this site alone, whatever it claims to be', async () => {
    const origins = [
      undefined,
      'null',
      'https://evil.example',
      'http://weir.example.com',
      `${ORIGIN}.evil.example`,
      'garbage',
    ];
    const types = ['application/x-www-form-urlencoded', 'text/plain', 'application/json', undefined];
    for (const path of [...PAGES, ...ENDPOINTS]) {
      for (const origin of origins) {
        const type = types[(path.length + origins.indexOf(origin)) % types.length];
        const { status } = await request(path, {
          method: 'POST',
          headers: { cookie: signedIn, ...(origin && { origin }), ...(type && { 'content-type': type }) },
          body: new TextEncoder().encode('theme=dark'),
        });
        expect([path, origin, type, status]).toEqual([path, origin, type, 403]);
      }
    }
    // Nobody was signed out by any of this.
    expect((await request('/overview', { headers: { cookie: signedIn } })).status).toBe(200);
    const own = await postForm('/preferences', { theme: 'dark' });
    expect([own.status, own.headers.getSetCookie()[0]]).toEqual([
      204,
      expect.stringContaining('weir_theme=dark'),
    ]);
  }, 60_000);

  it('is never a GET: endpoints that act have none, and a link that is looked at works still', async () => {
    for (const path of [
      '/sign-out',
      '/preferences',
      '/policies/accept',
      '/playground/key',
      '/admin/audit/export',
    ]) {
      const { status } = await request(path, { headers: { cookie: signedIn } });
      expect([path, status]).toEqual([path, 405]);
    }
    const { json } = await product.weir('staff', 'create', '--email', 'new@example.com', '--role', 'admin');
    const { search } = new URL((json as { signInUrl: string }).signInUrl);
    for (const _look of ['the mail program', 'the scanner', 'the person']) {
      expect((await request(`/sign-in/link${search}`)).status).toBe(200);
    }
    const token = new URLSearchParams(search).get('token') ?? '';
    expect((await postForm('/sign-in/link', { token })).status).toBe(303);
  });
});

describe('a cookie', () => {
  it('is for this host alone, out of reach of scripts and of other sites', async () => {
    const exported = await postForm('/settings/data?/export', {}, { origin: ORIGIN, cookie: signedIn });
    const cookies = [await signIn(), exported].flatMap(({ headers }) => headers.getSetCookie());
    expect(cookies.map((cookie) => cookie.split('=')[0])).toEqual(
      expect.arrayContaining(['session', 'device', 'export'].map((name) => `__Host-weir_${name}`)),
    );
    for (const cookie of cookies.filter((one) => !/Max-Age=0/.test(one))) {
      expect(cookie).toMatch(/^__Host-weir_\w+=/);
      for (const attribute of ['HttpOnly', 'Secure', 'SameSite=Lax', 'Path=/'])
        expect(cookie).toContain(attribute);
      expect(cookie).not.toMatch(/Domain=/i);
    }
  });

  it('of a session is a new one with each sign-in: one that was planted is worth nothing', async () => {
    const planted = 'planted-by-somebody-else-0000000000000000';
    const { adminEmail: email, adminPassword: password } = product.firstStart;
    const response = await postForm(
      '/sign-in',
      { email, password },
      { origin: ORIGIN, cookie: `__Host-weir_session=${planted}` },
    );
    const session = response.headers.getSetCookie().find((one) => one.startsWith('__Host-weir_session='));
    expect(session).toBeDefined();
    expect(session).not.toContain(planted);
    const asPlanted = await request('/overview', { headers: { cookie: `__Host-weir_session=${planted}` } });
    expect(asPlanted.headers.get('location')).toMatch(/^\/sign-in/);
  });
});

describe('an API key tried as a dashboard cookie', () => {
  /** What a procedure that changes something answers with, asked through the relay. */
  async function ask<Answer>(procedure: string, input: object, token?: string): Promise<Answer> {
    const response = await fetch(`http://127.0.0.1:${product.settings['RELAY_PORT']}/trpc/${procedure}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
      body: JSON.stringify(input),
    });
    return ((await response.json()) as { result: { data: Answer } }).result.data;
  }

  it('is nobody, whatever it may do elsewhere: no page, no action and no data', async () => {
    const relayUrl = `http://127.0.0.1:${product.settings['RELAY_PORT']}`;
    const { adminEmail: email, adminPassword: password } = product.firstStart;
    const { sessionToken } = await ask<{ sessionToken: string }>('auth.signIn', { email, password });
    const limits = { scopes: ['read', 'manage'], addresses: ['203.0.113.0/24'] };
    const { key } = await ask<{ key: string }>('keys.create', { name: 'office', ...limits }, sessionToken);
    const throughRelay = await fetch(`${relayUrl}/v1/keys`, { headers: { authorization: `Bearer ${key}` } });
    expect(throughRelay.status).toBe(403);

    const cookie = `__Host-weir_session=${key}`;
    const posted = await postForm('/keys?/create', { name: 'free' }, { origin: ORIGIN, cookie });
    expect([posted.status, posted.headers.get('location')]).toEqual([303, '/sign-in?next=%2Fkeys']);
    const data = await request('/keys/__data.json', { headers: { cookie } });
    expect(await data.text()).not.toContain('office');
    for (const path of PAGES) {
      const as = async (headers: Record<string, string>) => (await request(path, { headers })).status;
      expect([path, await as({ cookie })]).toEqual([path, await as({})]);
    }
    for (const path of ['/playground/key', '/passkey-options/register', '/policies/accept']) {
      const headers = { cookie, origin: ORIGIN };
      const { status } = await request(path, { method: 'POST', headers });
      expect([path, status < 300]).toEqual([path, false]);
    }
    const list = await fetch(`${relayUrl}/v1/keys`, { headers: { authorization: `Bearer ${sessionToken}` } });
    const { data: keys } = (await list.json()) as { data: { name: string }[] };
    expect(keys.map(({ name }) => name)).toContain('office');
    expect(keys.map(({ name }) => name)).not.toContain('free');
  });
});

describe('what a browser sends along', () => {
  const NAMES = ['__Host-weir_session', '__Host-weir_sign_in', '__Host-weir_device', '__Host-weir_export'];
  const PREFERENCES = ['weir_locale', 'weir_theme', 'weir_tz'];
  const VALUES = [
    '%0d%0aset-cookie:a=1',
    '%00',
    '%',
    '%E0%A4%A',
    '%F0%9F%92%A9',
    '__proto__',
    'constructor',
    "'--",
    'x'.repeat(4_000),
    '"',
    '..',
    'a.app.passkey',
  ];

  it('is not believed: no cookie, no header and no address makes a page fail', async () => {
    for (const value of VALUES) {
      for (const name of [...NAMES, ...PREFERENCES]) {
        const headers = { cookie: `${name}=${value}`, accept: 'text/html' };
        for (const path of ['/', '/overview', '/sign-in/second-factor', '/export']) {
          const { status } = await request(path, { headers });
          expect([name, value.slice(0, 30), path, status]).not.toEqual([name, value.slice(0, 30), path, 500]);
        }
      }
      const sent = await postForm(
        '/sign-in/second-factor',
        { code: value },
        { origin: ORIGIN, cookie: `__Host-weir_sign_in=${value}` },
      );
      expect([value.slice(0, 30), sent.status < 500]).toEqual([value.slice(0, 30), true]);
    }
    for (const [name, value] of [
      ['x-forwarded-for', "'; drop table users; --"],
      ['x-forwarded-host', 'evil.example'],
      ['x-weir-host', 'evil.example'],
      ['x-weir-protocol', 'javascript'],
      ['accept-language', 'x'.repeat(4_000)],
      ['user-agent', '\u00ff<script>'],
      ['if-none-match', '"'.repeat(200)],
    ] as const) {
      const { status, headers } = await request('/overview', {
        headers: { [name]: value, cookie: signedIn },
      });
      expect([name, status, headers.get('location')]).toEqual([name, 200, null]);
    }
  });
});

describe('where one is sent after signing in', () => {
  const FOREIGN = [
    'https://evil.example/',
    '//evil.example',
    '/\\evil.example',
    '\\\\evil.example',
    '/\t/evil.example',
    '/\n/evil.example',
    '/.//evil.example',
    '/..//evil.example',
    'javascript:alert(1)',
    'data:text/html,x',
    '/%0d%0aset-cookie:x=1',
    '/%5cevil.example',
    '/%2f%2fevil.example',
    ' //evil.example',
    '/\u0000//evil.example',
  ];

  it('is a path of this site', async () => {
    for (const next of FOREIGN) {
      const { status, headers } = await signIn(`?next=${encodeURIComponent(next)}`);
      const location = headers.get('location') ?? '';
      expect([next, status, new URL(location, ORIGIN).origin]).toEqual([next, 303, ORIGIN]);
      expect(location).not.toMatch(/^\/[/\\]|[\r\n\t]/);
      expect(headers.getSetCookie().join()).not.toContain('x=1');
      const preferred = await postForm('/preferences', { theme: 'dark', next });
      expect([next, new URL(preferred.headers.get('location') ?? '', ORIGIN).origin]).toEqual([next, ORIGIN]);
    }
  });

  it('is not what the address made of itself', async () => {
    for (const path of [
      '//evil.example',
      '//evil.example/%2e%2e',
      '/\\evil.example',
      '/keys//evil.example/',
    ]) {
      const { headers } = await request(path);
      const location = headers.get('location') ?? '/';
      expect([path, new URL(location, `${ORIGIN}/`).origin]).toEqual([path, ORIGIN]);
    }
  });
});

// The last: made-up sessions are no more looked up for this address.
it('a flood of made-up sessions keeps nobody else out, and is no line of the log each', async () => {
  const before = product.launcher.output().length;
  const withSession = (cookie: string) => request('/keys', { headers: { cookie } });
  for (const end of 'abcdefghijklmnopqrstuvwxyz') {
    const made = await withSession(`__Host-weir_session=${'a'.repeat(39)}${end}`);
    expect(await made.text()).not.toContain('sk-weir-');
  }
  const page = await withSession(signedIn);
  expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('sk-weir-')]);
  expect(product.launcher.output().slice(before)).not.toContain('could not be looked up');
});
