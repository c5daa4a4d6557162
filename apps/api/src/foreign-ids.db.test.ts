import { newCaptureKeyPair } from '@weir/core/capture-seal';
import { newId } from '@weir/core/ids';
import { DATA_INVENTORY } from '@weir/db/data-inventory';
import {
  accountClosures,
  captureRecords,
  keyCaptures,
  noticeWebhooks,
  notices,
  oneTimeLinks,
  passkeys,
} from '@weir/db/schema';
import { expect, it } from 'vitest';
import {
  procedureInputs,
  sampleInput,
  textPaths,
  withText,
  type ProcedureInput,
} from './testing/procedure-inputs.ts';
import { seedRequest } from './testing/seed-request.ts';
import { PASSWORD, startTestApi, type TestApi } from './testing/start-test-api.ts';

/** Ids that are everybody's: the versions of a policy, and the models. */
const PUBLIC = new Set(['acceptedPolicyIds', 'versionId', 'versionIds', 'modelId']);

/**
 * Whoever signs up is nobody yet, and the id is what they are known by. What an authenticator says of itself is tried in
 * `passkeys.db.test.ts`.
 */
const OF_NOBODY = new Set(['signUpId', 'rawId']);

/** Procedures that an id only narrows down; they answer with what is the caller's, which is nothing. */
const NARROWED = new Set([
  'captures.records cursor',
  'keys.list cursor',
  'notices.list cursor',
  'usage.list cursor',
  'usage.list keyId',
]);

/** What the others say of an id that is another's: the same as of one that names nothing. */
const SAID: Readonly<Record<string, string>> = { changeId: 'wrong_credentials' };

/** What is hers by her account or her key alone. */
async function whatNoIdNames(
  { database: { db } }: TestApi,
  { userId, accountId, keyId, requestId }: Record<'userId' | 'accountId' | 'keyId' | 'requestId', string>,
): Promise<void> {
  const soon = new Date(Date.now() + 3_600_000);
  const captureId = newId('capture');
  const [publicKey, bytes] = [Buffer.alloc(65), Buffer.alloc(16)];
  await db.insert(keyCaptures).values({ id: captureId, userId, keyId, accountId, publicKey, endsAt: soon });
  const sealed = { encapsulated: bytes, sealedRequest: bytes, sealedReply: bytes };
  const sizes = { startedAt: new Date(), durationMs: 1, requestBytes: 0, replyBytes: 0 };
  await db.insert(captureRecords).values({ captureId, requestId, accountId, ...sizes, ...sealed });
  await db.insert(noticeWebhooks).values({ userId, url: 'https://ada.example', sealedSecret: 'x' });
  await db.insert(oneTimeLinks).values({ tokenHash: 'x', userId, expiresAt: soon });
  await db.insert(accountClosures).values({ accountId, eraseAfter: soon });
}

/** One of everything that has an id. */
async function belongings(
  api: TestApi,
  { client, accountId, userId }: Awaited<ReturnType<TestApi['signUp']>>,
) {
  const { keyId } = await client.keys.create.mutate({ name: 'Ada’s' });
  const requestId = await seedRequest(api.database, { accountId, keyId });
  const passkeyId = newId('passkey');
  await api.database.db.insert(passkeys).values({
    id: passkeyId,
    userId,
    credentialId: 'ada',
    publicKey: 'x',
    counter: 0,
    transports: [],
    name: 'Ada’s',
  });
  const noticeId = newId('notice');
  await api.database.db
    .insert(notices)
    .values({ id: noticeId, userId, kind: 'security', name: 'password_changed', data: {} });
  await whatNoIdNames(api, { userId, accountId, keyId, requestId });
  const [session] = await client.sessions.list.query();
  const { changeId } = await client.profile.changeEmail.mutate({
    newEmail: 'countess@example.com',
    currentPassword: PASSWORD,
  });
  await api.deliver();
  return { keyId, requestId, passkeyId, sessionId: session?.sessionId ?? '', changeId, noticeId };
}

/** A public key is a point on a curve. */
function withWhatNoSchemaSays(path: string, sample: unknown, publicKey: string): unknown {
  return path === 'captures.start' ? { ...(sample as object), publicKey } : sample;
}

/** All that belongs to people and accounts, but for when it was last looked at. */
async function everything({ database: { sql } }: TestApi): Promise<unknown[]> {
  const owned = Object.entries(DATA_INVENTORY).filter(([, { owner }]) => typeof owner === 'object');
  return Promise.all(
    owned.map(
      ([table]) =>
        sql`select ${table}::text as place, to_jsonb(t) - 'last_used_at' - 'expires_at' as row from ${sql(table)} t order by 2`,
    ),
  );
}

async function call(
  { url }: TestApi,
  { path, type }: ProcedureInput,
  token: string,
  input: unknown,
): Promise<string> {
  const json = JSON.stringify(input);
  const response = await fetch(
    `${url}/trpc/${path}${type === 'query' ? `?input=${encodeURIComponent(json)}` : ''}`,
    {
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(type === 'mutation' && { method: 'POST', body: json }),
    },
  );
  return response.text();
}

it('an id of another account opens nothing and changes nothing, in whichever field of whichever procedure', async () => {
  // The one brand that has everything switched on.
  await using api = await startTestApi({}, { WEIR_BRAND: 'bananarouter' });
  const ada = await api.signUp('ada@example.com');
  const bob = await api.signUp('bob@example.com');
  const hers: Readonly<Record<string, string>> = await belongings(api, ada);
  const ids = Object.values(hers);
  const cursors = [hers['keyId'], hers['requestId'], hers['noticeId']];
  const before = await everything(api);
  const tried: string[] = [];
  const publicKey = Buffer.from((await newCaptureKeyPair()).publicKey).toString('base64url');
  for (const procedure of procedureInputs().filter(({ path }) => !path.startsWith('admin.'))) {
    const sample = withWhatNoSchemaSays(procedure.path, sampleInput(procedure.schema), publicKey);
    for (const at of textPaths(procedure.schema)) {
      const field = at.findLast((step) => typeof step === 'string') ?? '';
      const isAsked = /(Id|Ids|cursor)$/.test(field) && !PUBLIC.has(field) && !OF_NOBODY.has(field);
      if (!isAsked) continue;
      const values = field === 'cursor' ? cursors : [hers[field]];
      const what = `${procedure.path} ${field}`;
      for (const value of values) {
        // A field that has no value here is one that has to be thought about.
        expect([what, value]).toEqual([what, expect.any(String)]);
        const answer = await call(api, procedure, bob.sessionToken, withText(sample, at, value ?? ''));
        const { weirCode } = /"weirCode":"(?<weirCode>\w+)"/.exec(answer)?.groups ?? {};
        const refused = SAID[field] ?? 'not_found';
        const isFit = [undefined, 'invalid_request', 'not_found'].includes(weirCode);
        expect([what, NARROWED.has(what) ? isFit : weirCode]).toEqual([
          what,
          NARROWED.has(what) ? true : refused,
        ]);
        if (weirCode === undefined)
          expect([what, ids.filter((id) => answer.includes(id))]).toEqual([what, []]);
        tried.push(what);
      }
    }
  }
  expect(await everything(api)).toEqual(before);
  expect(new Set(tried).size).toBeGreaterThan(10);
}, 60_000);

it('an id of another account opens nothing and changes nothing of what is answered as OpenRouter does', async () => {
  await using api = await startTestApi();
  const ada = await api.signUp('ada@example.com');
  const bob = await api.signUp('bob@example.com');
  const { keyId, requestId } = await belongings(api, ada);
  const { key } = await bob.client.keys.create.mutate({ name: 'Bob’s', scopes: ['read', 'manage'] });
  const before = await everything(api);
  const requests = [
    ['GET', `/v1/keys/${keyId}`],
    ['PATCH', `/v1/keys/${keyId}`],
    ['DELETE', `/v1/keys/${keyId}`],
    ['GET', `/v1/generation?id=${requestId}`],
  ] as const;
  for (const token of [bob.sessionToken, key]) {
    for (const [method, path] of requests) {
      const { status } = await fetch(api.url + path, {
        method,
        headers: {
          authorization: `Bearer ${token}`,
          ...(method === 'PATCH' && { 'content-type': 'application/json' }),
        },
        ...(method === 'PATCH' && { body: '{"disabled":true}' }),
      });
      expect([method, path, status]).toEqual([method, path, 404]);
    }
    const list = await fetch(`${api.url}/v1/keys`, { headers: { authorization: `Bearer ${token}` } });
    expect(await list.text()).not.toContain(keyId);
  }
  expect(await everything(api)).toEqual(before);
});
