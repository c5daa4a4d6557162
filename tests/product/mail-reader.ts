import { setTimeout as delay } from 'node:timers/promises';
import type { FirstStart } from './start-product.ts';

const ASK_EVERY_MS = 200;
const WAIT_MS = 20_000;

interface OutboxAnswer {
  result: { data: { items: { recipient: string; text: string }[] } };
}

/** Reads the outbox of a product without a mail server, as its owner would. */
export async function mailReader({ apiUrl, adminEmail, adminPassword }: FirstStart) {
  const signIn = await fetch(`${apiUrl}/trpc/auth.signIn`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: adminEmail, password: adminPassword }),
  });
  const { result } = (await signIn.json()) as { result: { data: { sessionToken: string } } };
  const authorization = `Bearer ${result.data.sessionToken}`;

  return async (recipient: string, containing: RegExp): Promise<string> => {
    for (const endMs = Date.now() + WAIT_MS; Date.now() < endMs; await delay(ASK_EVERY_MS)) {
      const answer = await fetch(`${apiUrl}/trpc/admin.outbox.list`, { headers: { authorization } });
      const { items } = ((await answer.json()) as OutboxAnswer).result.data;
      const mail = items.find((item) => item.recipient === recipient && containing.test(item.text));
      if (mail) return mail.text;
    }
    throw new Error(`no such mail came to ${recipient}`);
  };
}
