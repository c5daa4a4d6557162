import { setTimeout as delay } from 'node:timers/promises';
import type { FirstStart } from './start-product.ts';

const ASK_EVERY_MS = 200;
const WAIT_MS = 20_000;

interface Mail {
  mailId: string;
  recipient: string;
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

  const ask = async <Answer>(procedure: 'list' | 'read', input?: object): Promise<Answer> => {
    const answer = await fetch(`${apiUrl}/trpc/admin.outbox.${procedure}`, {
      headers: { authorization, ...(input && { 'content-type': 'application/json' }) },
      ...(input && { method: 'POST', body: JSON.stringify(input) }),
    });
    return ((await answer.json()) as { result: { data: Answer } }).result.data;
  };

  return async (recipient: string, containing: RegExp): Promise<string> => {
    for (const endMs = Date.now() + WAIT_MS; Date.now() < endMs; await delay(ASK_EVERY_MS)) {
      const { items } = await ask<{ items: Mail[] }>('list');
      for (const { mailId } of items.filter((mail) => mail.recipient === recipient)) {
        const { text } = await ask<{ text: string }>('read', { mailId });
        if (containing.test(text)) return text;
      }
    }
    throw new Error(`no such mail came to ${recipient}`);
  };
}
