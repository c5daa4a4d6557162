import { PASSWORD, sessionTokenOf, type TestApi, type TestClient } from './start-test-api.ts';

/** A client of a person who signs in again. */
export async function sessionOf(api: TestApi, email: string): Promise<TestClient> {
  return api.client(sessionTokenOf(await api.client().auth.signIn.mutate({ email, password: PASSWORD })));
}
