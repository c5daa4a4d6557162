import { createTRPCClient, httpLink, isTRPCClientError, type TRPCClient } from '@trpc/client';
import { secretBox } from '@weir/core/secret-box';
import { createTestDatabase } from '@weir/db/testing';
import { pino } from 'pino';
import { inject } from 'vitest';
import type { SignInView } from '../auth/auth-view.ts';
import { readConfig } from '../config.ts';
import type { AppRouter } from '../router.ts';
import { buildServer } from '../server.ts';

export type TestDatabase = Awaited<ReturnType<typeof createTestDatabase>>;
export type TestClient = TRPCClient<AppRouter>;

export interface TestApi extends AsyncDisposable {
  url: string;
  database: TestDatabase;
  /** Every line that was logged, as written. */
  logLines: string[];
  /** A client that carries the session token or the API key, and says of itself what else these headers do. */
  client(token?: string, headers?: Record<string, string>): TestClient;
  /** Signs up a person of their own. */
  signUp(
    email: string,
  ): Promise<{ client: TestClient; sessionToken: string; accountId: string; userId: string }>;
}

/** Where people would reach the dashboard. */
export const WEB_URL = 'https://weir.example.com';
export const SECRET_KEY = 'a secret key of enough characters';
export const PASSWORD = 'correct horse battery';

/** The api on a free port over a database of its own, as clients reach it. */
export async function startTestApi(env: Record<string, string> = {}): Promise<TestApi> {
  const database = await createTestDatabase(inject('clusterUrl'));
  const logLines: string[] = [];
  const log = pino({ level: 'trace' }, { write: (line: string) => void logLines.push(line) });
  const server = buildServer({
    database,
    log,
    secrets: secretBox(SECRET_KEY),
    settings: readConfig({ WEIR_PUBLIC_WEB_URL: WEB_URL, ...env }),
  });
  const url = await server.listen({ host: '127.0.0.1', port: 0 });
  const client = (token?: string, headers?: Record<string, string>) => newClient(url, token, headers);
  return {
    url,
    database,
    logLines,
    client,
    async signUp(email) {
      const { sessionToken } = await client().auth.signUp.mutate({
        email,
        username: 'some.one',
        password: PASSWORD,
      });
      const { accountId, userId } = await client(sessionToken).auth.me.query();
      return { client: client(sessionToken), sessionToken, accountId, userId };
    },
    async [Symbol.asyncDispose]() {
      await server.close();
      await database[Symbol.asyncDispose]();
    },
  };
}

function newClient(url: string, token: string | undefined, headers: Record<string, string> = {}): TestClient {
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
