import { loadBrand } from '@weir/brand/load';
import { createTRPCClient, httpLink, isTRPCClientError, type TRPCClient } from '@trpc/client';
import { createTestDatabase } from '@weir/db/testing';
import { pino } from 'pino';
import { inject } from 'vitest';
import type { AppRouter } from '../router.ts';
import { buildServer } from '../server.ts';

export type TestDatabase = Awaited<ReturnType<typeof createTestDatabase>>;
export type TestClient = TRPCClient<AppRouter>;

export interface TestApi extends AsyncDisposable {
  url: string;
  database: TestDatabase;
  /** Every line that was logged, as written. */
  logLines: string[];
  /** A client that carries the session token or the API key. */
  client(token?: string): TestClient;
  /** Signs up a person of their own. */
  signUp(
    email: string,
  ): Promise<{ client: TestClient; sessionToken: string; accountId: string; userId: string }>;
}

export const PASSWORD = 'correct horse battery';

/** The api on a free port over a database of its own, as clients reach it; `brand` names a shipped profile. */
export async function startTestApi({ brand }: { brand?: string | undefined } = {}): Promise<TestApi> {
  const database = await createTestDatabase(inject('clusterUrl'));
  const logLines: string[] = [];
  const log = pino({ level: 'trace' }, { write: (line: string) => void logLines.push(line) });
  const server = buildServer({ database, brand: loadBrand({ WEIR_BRAND: brand }), retentionDays: 30, log });
  const url = await server.listen({ host: '127.0.0.1', port: 0 });
  const client = (token?: string) => newClient(url, token);
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

function newClient(url: string, token: string | undefined): TestClient {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  return createTRPCClient<AppRouter>({ links: [httpLink({ url: `${url}/trpc`, headers })] });
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
