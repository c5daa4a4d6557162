import { createECDH, randomUUID } from 'node:crypto';
import { newId } from '@weir/core/ids';
import { secretBox } from '@weir/core/secret-box';
import { auditLog, captureRecords, keyCaptures, legalHolds, mails } from '@weir/db/schema';
import { desc } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { announce } from './announcements/announce.ts';
import { appRouter } from './router.ts';
import { ANY_STAFF, type StaffRole } from './staff/staff-role.ts';
import { seatEveryone, type Seat } from './testing/seat-people.ts';
import { seedRequest } from './testing/seed-request.ts';
import { PASSWORD, SECRET_KEY, startTestApi, type TestApi } from './testing/start-test-api.ts';

/**
 * `everyone`; `people`, who are signed in; `accounts`, and so programs with a key too; `holder`, as what the input names
 * is theirs; or roles of the staff.
 */
type Who = 'everyone' | 'people' | 'accounts' | 'holder' | readonly StaffRole[];

interface Access {
  who: Who;
  input?: (world: World) => unknown;
  /** What those who may call are told, where it is not success. */
  outcome?: string;
  /** The line that it writes to the audit log. */
  audits?: string;
  /** What has to be there before. */
  prepare?: (api: TestApi, world: World) => Promise<void>;
}

interface World {
  userId: string;
  keyId: string;
  accountId: string;
  requestId: string;
  announcementIds: string[];
  mailId: string;
}

const anyone = () => ({
  email: `${crypto.randomUUID()}@example.com`,
  username: 'some.one',
  password: PASSWORD,
});
const WORDS = { title: 'Maintenance', text: 'On Sunday.' };
const account = ({ accountId }: World) => ({ accountId });
const matter = (world: World) => ({ ...account(world), reference: '7 O 12/26' });
const noCode = () => ({ signUpId: newId('emailCode') });
const wrongCode = () => ({ ...noCode(), code: '12345678' });
const emailCode = () => ({ changeId: newId('emailCode'), code: '12345678' });
const SEATS_MAX = 10;
const CREDENTIAL = { id: 'x', rawId: 'x', type: 'public-key' };
/** Of an authenticator that nobody has. */
const PASSKEY = {
  ...CREDENTIAL,
  response: { clientDataJSON: 'x', authenticatorData: 'x', signature: 'x' },
};
/** The capture of the holder's key, with the one call in it. */
async function capture({ database: { db } }: TestApi, { userId, keyId, accountId, requestId }: World) {
  const captureId = newId('capture');
  const [publicKey, bytes, startedAt] = [Buffer.alloc(65), Buffer.alloc(16), new Date()];
  const endsAt = new Date(Date.now() + 60_000);
  await db.insert(keyCaptures).values({ id: captureId, userId, keyId, accountId, publicKey, endsAt });
  const sealed = { encapsulated: bytes, sealedRequest: bytes, sealedReply: bytes };
  const sizes = { durationMs: 1, requestBytes: 0, replyBytes: 0 };
  await db.insert(captureRecords).values({ captureId, requestId, accountId, startedAt, ...sizes, ...sealed });
}

const PUBLIC_KEY = createECDH('prime256v1').generateKeys('base64url');

const NEW_PASSKEY = { ...CREDENTIAL, response: { clientDataJSON: 'x', attestationObject: 'x' } };

async function newAnnouncements({ database: { db } }: TestApi, world: World): Promise<void> {
  const data = { texts: { en: WORDS } };
  for (let seat = 0; seat < SEATS_MAX; seat++) {
    const { announcementId } = await announce(db, { notice: 'service_announcement', data });
    world.announcementIds.push(announcementId);
  }
}

/** A mail that no mail server took. */
async function keptMail({ database: { db } }: TestApi, { userId, mailId: id }: World): Promise<void> {
  const sealedText = secretBox(SECRET_KEY).seal(JSON.stringify({ subject: 'x', text: 'x' }), id);
  await db.insert(mails).values({ id, userId, recipient: 'x', locale: 'en', letter: 'recovery', sealedText });
}

/** Who may call what: one that is added has to be put here, and so be thought about. */
const ACCESS: Readonly<Record<string, Access>> = {
  'auth.signUp': { who: 'everyone', input: anyone },
  'auth.resendSignUpCode': { who: 'everyone', input: noCode, outcome: 'not_found' },
  'auth.confirmSignUp': { who: 'everyone', input: wrongCode, outcome: 'wrong_credentials' },
  'auth.signIn': { who: 'everyone', input: anyone, outcome: 'wrong_credentials' },
  'auth.signInWithLink': { who: 'everyone', input: () => ({ token: 'x' }), outcome: 'wrong_credentials' },
  'auth.requestRecovery': { who: 'everyone', input: anyone },
  'auth.resetPassword': {
    who: 'everyone',
    input: () => ({ token: 'x', newPassword: PASSWORD }),
    outcome: 'wrong_credentials',
  },
  'auth.finishWithCode': {
    who: 'everyone',
    input: () => ({ pendingToken: 'x', code: '123456' }),
    outcome: 'not_signed_in',
  },
  'auth.finishOptions': {
    who: 'everyone',
    input: () => ({ pendingToken: 'x' }),
    outcome: 'not_signed_in',
  },
  'auth.finishWithPasskey': {
    who: 'everyone',
    input: () => ({ pendingToken: 'x', passkey: PASSKEY }),
    outcome: 'not_signed_in',
  },
  'auth.passkeyOptions': { who: 'everyone' },
  'auth.signInWithPasskey': {
    who: 'everyone',
    input: () => ({ passkey: PASSKEY }),
    outcome: 'wrong_credentials',
  },
  'auth.signOut': { who: 'people' },
  'auth.me': { who: 'people' },
  'auth.reauthenticationOptions': { who: 'people' },
  'auth.reauthenticate': {
    who: 'people',
    input: () => ({ password: PASSWORD }),
    outcome: 'wrong_credentials',
  },
  'sessions.list': { who: 'people' },
  'sessions.revoke': { who: 'people', input: () => ({ sessionId: randomUUID() }), outcome: 'not_found' },
  'sessions.revokeOthers': { who: 'people' },
  'secondFactor.state': { who: 'people' },
  'secondFactor.beginTotp': { who: 'people' },
  'secondFactor.confirmTotp': {
    who: 'people',
    input: () => ({ code: '123456' }),
    outcome: 'wrong_credentials',
  },
  'secondFactor.removeTotp': { who: 'people', outcome: 'not_found' },
  'secondFactor.replaceRecoveryCodes': { who: 'people', outcome: 'conflict' },
  'secondFactor.passkeys.creationOptions': { who: 'people' },
  'secondFactor.passkeys.add': {
    who: 'people',
    input: () => ({ name: 'Phone', passkey: NEW_PASSKEY }),
    outcome: 'invalid_request',
  },
  'secondFactor.passkeys.rename': {
    who: 'people',
    input: () => ({ passkeyId: newId('passkey'), name: 'Phone' }),
    outcome: 'not_found',
  },
  'secondFactor.passkeys.remove': {
    who: 'people',
    input: () => ({ passkeyId: newId('passkey') }),
    outcome: 'not_found',
  },
  'profile.update': { who: 'people', input: () => ({ username: 'ada' }) },
  'profile.setPhone': { who: 'people', input: () => ({ phone: null }) },
  'profile.changePassword': { who: 'people', input: () => ({ newPassword: PASSWORD }) },
  'profile.changeEmail': {
    who: 'people',
    input: () => ({ newEmail: anyone().email, currentPassword: PASSWORD }),
    outcome: 'forbidden',
  },
  'profile.confirmEmail': { who: 'people', input: emailCode, outcome: 'wrong_credentials' },
  'profile.undoEmailChange': {
    who: 'everyone',
    input: () => ({ token: 'x' }),
    outcome: 'wrong_credentials',
  },
  'notices.list': { who: 'people', input: () => ({ locale: 'en' }) },
  'notices.unread': { who: 'people' },
  'notices.markAllRead': { who: 'people' },
  'notices.banners': { who: 'people', input: () => ({ locale: 'en' }) },
  // Somebody else's, or one that there is not, stays as it is.
  'notices.markRead': { who: 'people', input: () => ({ noticeId: newId('notice') }), outcome: 'not_found' },
  'notices.webhook.get': { who: 'people' },
  'notices.webhook.set': { who: 'people', input: () => ({ url: 'https://example.com/notices' }) },
  'notices.webhook.rotateSecret': { who: 'people', outcome: 'not_found' },
  'notices.webhook.remove': { who: 'people', outcome: 'not_found' },
  'notices.webhook.test': { who: 'people', outcome: 'not_found' },
  'notices.preferences': { who: 'people' },
  'notices.setPreferences': {
    who: 'people',
    input: () => ({ locale: 'en', mailed: [], lowBalanceNanoUsd: '0' }),
  },
  'keys.create': { who: 'people', input: () => ({ name: 'CI' }) },
  'keys.list': { who: 'people' },
  'keys.update': { who: 'holder', input: ({ keyId }) => ({ keyId, name: 'CI' }) },
  'keys.rotate': { who: 'holder', input: ({ keyId }) => ({ keyId }) },
  'keys.endOverlap': { who: 'holder', input: ({ keyId }) => ({ keyId }) },
  'keys.revoke': { who: 'holder', input: ({ keyId }) => ({ keyId }) },
  'captures.find': { who: 'holder', input: ({ keyId }) => ({ keyId }) },
  'captures.start': {
    who: 'holder',
    input: ({ keyId }) => ({ keyId, hours: 1, publicKey: PUBLIC_KEY }),
  },
  'captures.stop': { who: 'holder', input: ({ keyId }) => ({ keyId }), prepare: capture },
  'captures.remove': { who: 'holder', input: ({ keyId }) => ({ keyId }), prepare: capture },
  'captures.records': { who: 'holder', input: ({ keyId }) => ({ keyId }), prepare: capture },
  'captures.record': {
    who: 'holder',
    input: ({ keyId, requestId }) => ({ keyId, requestId }),
    prepare: capture,
  },
  'captures.removeRecord': {
    who: 'holder',
    input: ({ keyId, requestId }) => ({ keyId, requestId }),
    prepare: capture,
  },
  'account.balance': { who: 'accounts' },
  'account.statement': { who: 'accounts' },
  'account.movements': { who: 'accounts' },
  'leaving.export': { who: 'people' },
  'leaving.finalStatement': { who: 'people' },
  'leaving.requestDeletion': {
    who: 'people',
    input: () => ({ confirmation: 'nobody@example.com' }),
    outcome: 'invalid_request',
  },
  'leaving.cancelDeletion': { who: 'people', outcome: 'not_found' },
  'usage.summary': { who: 'accounts' },
  'usage.list': { who: 'accounts' },
  'usage.get': { who: 'holder', input: ({ requestId }) => ({ requestId }) },
  'models.list': { who: 'everyone' },
  'playground.createKey': { who: 'people' },
  'policies.get': { who: 'everyone', input: () => ({ kind: 'privacy' }) },
  'policies.pending': { who: 'people' },
  'policies.outdated': { who: ['owner', 'admin'] },
  'policies.accept': { who: 'people', input: () => ({ versionIds: [] }) },
  'admin.accounts.list': { who: ANY_STAFF },
  'admin.accounts.get': { who: ANY_STAFF, input: account },
  'admin.accounts.setGroup': {
    who: ['owner', 'admin', 'finance'],
    input: (world) => ({ ...account(world), groupId: null }),
    audits: 'account.set_group',
  },
  'admin.accounts.setConcurrency': {
    who: ['owner', 'admin', 'support'],
    input: (world) => ({ ...account(world), concurrencyMax: 7 }),
    audits: 'account.set_concurrency',
  },
  'admin.announcements.list': { who: ['owner', 'admin'], input: () => ({ locale: 'en' }) },
  'admin.announcements.preview': { who: ['owner', 'admin'], input: () => ({ kind: 'service' }) },
  'admin.announcements.publish': {
    who: ['owner', 'admin'],
    input: () => ({
      announcementId: newId('announcement'),
      kind: 'service',
      texts: { en: WORDS, 'zh-CN': WORDS },
    }),
    audits: 'announcement.publish',
  },
  'admin.announcements.withdraw': {
    who: ['owner', 'admin'],
    // Each can be withdrawn once.
    input: ({ announcementIds }) => ({ announcementId: announcementIds.pop() }),
    audits: 'announcement.withdraw',
    prepare: newAnnouncements,
  },
  'admin.audit.list': { who: ['owner', 'admin', 'read_only'] },
  'admin.audit.export': { who: ['owner', 'admin'], audits: 'audit.export' },
  'admin.channels.list': { who: ['owner', 'admin', 'support'] },
  'admin.ledger.verify': { who: ANY_STAFF, audits: 'ledger.verify' },
  'admin.legal.holds': { who: ['owner'] },
  'admin.legal.hold': { who: ['owner'], input: matter, audits: 'account.hold' },
  'admin.legal.release': {
    who: ['owner'],
    input: matter,
    audits: 'account.release_hold',
    prepare: async ({ database: { db } }, world) => {
      await db.insert(legalHolds).values(matter(world));
    },
  },
  'admin.legal.export': { who: ['owner'], input: matter, audits: 'account.lawful_export' },
  'admin.outbox.list': { who: ['owner', 'admin'] },
  'admin.outbox.read': {
    who: ['owner'],
    input: ({ mailId }) => ({ mailId }),
    audits: 'mail.read',
    prepare: keptMail,
  },
};

/** What is named by the holder's id can be read by a key of the holder's account that may read; it changes nothing. */
const READABLE_BY_KEY = new Set(['usage.get']);
/** A key that may manage, and nothing else, has the keys of its account. */
const MANAGED_BY_KEY = new Set([
  'keys.create',
  'keys.list',
  'keys.update',
  'keys.rotate',
  'keys.endOverlap',
  'keys.revoke',
]);

/** The router flattened: its own record of them is typed as if it were nested. */
const flat: Readonly<Record<string, unknown>> = appRouter._def.procedures;
const procedures = Object.entries(flat).map(([path, procedure]) => ({ path, type: typeOf(procedure) }));

function typeOf(procedure: unknown): string {
  return (procedure as { _def: { type: string } })._def.type;
}

function expected(path: string, { who, outcome = 'ok' }: Access, seat: Seat): string {
  if (who === 'everyone') return outcome;
  if (seat === 'anonymous') return 'not_signed_in';
  if (seat === 'api_key') return who === 'accounts' || READABLE_BY_KEY.has(path) ? outcome : 'forbidden';
  if (seat === 'managing_key') return MANAGED_BY_KEY.has(path) ? outcome : 'forbidden';
  if (who === 'holder') return seat === 'holder' ? outcome : 'not_found';
  if (who === 'people' || who === 'accounts') return outcome;
  return who.some((role) => role === seat) ? outcome : 'forbidden';
}

async function call(
  { url }: TestApi,
  { path, type }: { path: string; type: string },
  token: string | undefined,
  input: unknown,
): Promise<string> {
  const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const query = input === undefined ? '' : `?input=${encodeURIComponent(JSON.stringify(input))}`;
  const response =
    type === 'query'
      ? await fetch(`${url}/trpc/${path}${query}`, { headers: authorization })
      : await fetch(`${url}/trpc/${path}`, {
          method: 'POST',
          headers: { ...authorization, 'content-type': 'application/json' },
          ...(input !== undefined && { body: JSON.stringify(input) }),
        });
  const body = (await response.json()) as { error?: { data: { weirCode: string } } };
  return body.error?.data.weirCode ?? 'ok';
}

async function newWorld({ database }: TestApi) {
  const everyone = await seatEveryone(database);
  const { accountId, userId } = everyone.holder;
  const { keyId } = everyone;
  const requestId = await seedRequest(database, { accountId, keyId });
  return {
    ...everyone,
    world: { userId, keyId, accountId, requestId, announcementIds: [] as string[], mailId: newId('mail') },
  };
}

describe('access', () => {
  it('is known of every procedure', () => {
    expect(procedures.map(({ path }) => path).sort()).toEqual(Object.keys(ACCESS).sort());
  });

  it('is given to those who are named, and to nobody else; whatever the staff changes is audited', async () => {
    // The brand that has the most to give.
    await using api = await startTestApi({}, { WEIR_BRAND: 'bananarouter' });
    const lines = () => api.database.db.$count(auditLog);
    const outcomes: string[][] = [];
    const expectations: string[][] = [];
    for (const procedure of procedures) {
      const { path, type } = procedure;
      const access = ACCESS[path];
      if (!access) throw new Error(`${path} is not in the table`);
      const isStaffMutation = Array.isArray(access.who) && type === 'mutation';
      expect([path, access.audits !== undefined]).toEqual([path, isStaffMutation]);
      const { credentials, world } = await newWorld(api);
      await access.prepare?.(api, world);
      for (const [seat, token] of credentials) {
        const before = await lines();
        const outcome = await call(api, procedure, token, access.input?.(world));
        outcomes.push([path, seat, outcome]);
        expectations.push([path, seat, expected(path, access, seat)]);
        const isAudited = access.audits !== undefined && outcome === 'ok';
        expect([path, seat, (await lines()) - before]).toEqual([path, seat, isAudited ? 1 : 0]);
        if (!isAudited) continue;
        const [line] = await api.database.db.select().from(auditLog).orderBy(desc(auditLog.id)).limit(1);
        expect(line).toMatchObject({ action: access.audits, actorKind: 'staff', actorRole: seat });
      }
    }
    expect(outcomes).toEqual(expectations);
  }, 60_000);

  it('is looked at before what is sent', async () => {
    await using api = await startTestApi();
    for (const procedure of procedures) {
      const who = ACCESS[procedure.path]?.who;
      if (who === 'everyone') continue;
      expect([procedure.path, await call(api, procedure, undefined, { nonsense: newId('key') })]).toEqual([
        procedure.path,
        'not_signed_in',
      ]);
    }
  });

  it('goes at once with the role', async () => {
    await using api = await startTestApi();
    const owner = (await seatEveryone(api.database)).credentials.get('owner');
    const verify = { path: 'admin.ledger.verify', type: 'mutation' };
    expect(await call(api, verify, owner, undefined)).toBe('ok');
    await api.database.sql`update users set staff_role = null`;
    expect(await call(api, verify, owner, undefined)).toBe('forbidden');
  });
});
