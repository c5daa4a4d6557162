import { createTRPCClient, httpLink, isTRPCClientError, type TRPCClient } from '@trpc/client';
import { keyedHash } from '@weir/core/keyed-hash';
import { createTestDatabase } from '@weir/db/testing';
import { pino } from 'pino';
import { inject } from 'vitest';
import { createAccount } from '../accounts/create-account.ts';
import type { SignInView } from '../auth/auth-view.ts';
import { hashPassword } from '../auth/password.ts';
import { readConfig } from '../config.ts';
import { deliverMails, type OutgoingMail, type Post } from '../notices/deliver-mails.ts';
import type { AppRouter } from '../router.ts';
import { buildServer, type ServerDeps } from '../server.ts';

export type TestDatabase = Awaited<ReturnType<typeof createTestDatabase>>;
export type TestClient = TRPCClient<AppRouter>;

export interface TestApi extends AsyncDisposable {
  url: string;
  database: TestDatabase;
  /** Every line that was logged, as written. */
  logLines: string[];
  /** A client that carries the session token or the API key, and says of itself what else these headers do. */
  client(token?: string, headers?: Record<string, string>): TestClient;
  /** Sends what mail is due, and says which that was. With `post`, by that. */
  deliver(post?: Post): Promise<OutgoingMail[]>;
  /** The code of the last mail that is due. */
  mailedCode(): Promise<string>;
  /** A person with an account of their own, signed in. */
  signUp(
    email: string,
  ): Promise<{ client: TestClient; sessionToken: string; accountId: string; userId: string }>;
}

/** Where people would reach the dashboard. */
export const WEB_URL = 'https://weir.example.com';
export const SECRET_KEY = 'a secret key of enough characters';
export const PASSWORD = 'correct horse battery';

const passwordHash = hashPassword(PASSWORD);

/** The api on a free port over a database of its own, as clients reach it. */
export async function startTestApi(
  changes: Partial<ServerDeps> = {},
  env: Record<string, string> = {},
): Promise<TestApi> {
  const database = await createTestDatabase(inject('clusterUrl'));
  const logLines: string[] = [];
  const log = pino({ level: 'trace' }, { write: (line: string) => void logLines.push(line) });
  const server = buildServer({
    database,
    log,
    secretKey: SECRET_KEY,
    trustedProxies: ['loopback'],
    hasMailServer: false,
    settings: readConfig({ WEIR_PUBLIC_WEB_URL: WEB_URL, ...env }),
    ...changes,
  });
  const url = await server.listen({ host: '127.0.0.1', port: 0 });
  const client = (token?: string, headers?: Record<string, string>) => newClient(url, token, headers);
  const api: TestApi = {
    url,
    database,
    logLines,
    client,
    async deliver(post) {
      const sent: OutgoingMail[] = [];
      const deps = { database, log, keyedHash: keyedHash(SECRET_KEY), brandName: 'Weir', webUrl: WEB_URL };
      const keep: Post = async (mail) => void sent.push(mail);
      await deliverMails({ ...deps, post: post ?? keep }, new AbortController().signal);
      return sent;
    },
    async mailedCode() {
      return /\d{4} \d{4}/.exec((await api.deliver()).at(-1)?.text ?? '')?.[0] ?? 'no code';
    },
    async signUp(email) {
      const person = { email, username: 'some.one', passwordHash: await passwordHash };
      const { accountId, userId } = await createAccount(database.db, person);
      const sessionToken = sessionTokenOf(await client().auth.signIn.mutate({ email, password: PASSWORD }));
      return { client: client(sessionToken), sessionToken, accountId, userId };
    },
    async [Symbol.asyncDispose]() {
      await server.close();
      await database[Symbol.asyncDispose]();
    },
  };
  return api;
}

/** As {@link TestApi.client}, of any api. */
export function newClient(
  url: string,
  token: string | undefined,
  headers: Record<string, string> = {},
): TestClient {
  const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
  return createTRPCClient<AppRouter>({
    links: [httpLink({ url: `${url}/trpc`, headers: { ...authorization, ...headers } })],
  });
}

/** The session that a sign-in opened. @throws when it asks for a second factor. */
export function sessionTokenOf(view: SignInView): string {
  if (view.state === 'signed_in') return view.sessionToken;
  throw new Error('the sign-in asks for a second factor');
}

/** What a client was told of the error that the call ends with. */
export async function errorOf(call: Promise<unknown>) {
  try {
    await call;
  } catch (error) {
    if (!isTRPCClientError<AppRouter>(error)) throw error;
    return { message: error.message, ...error.data };
  }
  throw new Error('the call was expected to fail');
}
