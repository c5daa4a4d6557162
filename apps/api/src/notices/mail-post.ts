import type { SecretBox } from '@weir/core/secret-box';
import type { Db } from '@weir/db/connect';
import { mails } from '@weir/db/schema';
import { eq } from 'drizzle-orm';
import { createTransport } from 'nodemailer';
import type { OutgoingMail, Post } from './deliver-mails.ts';

const CONNECT_TIMEOUT_MS = 10_000;
const SOCKET_TIMEOUT_MS = 30_000;
/** One mail is sent after the other, those that somebody waits for first: one connection takes all of them. */
const CONNECTIONS_MAX = 1;

export interface MailServer {
  readonly post: Post;
  /** Whoever has posted lets go of its connection. */
  readonly close: () => void;
}

/** Posts by a mail server, e.g. `smtps://user:password@mail.example.com`. */
export function mailServer(url: string, from: string): MailServer {
  const transport = createTransport({
    url,
    pool: true,
    maxConnections: CONNECTIONS_MAX,
    connectionTimeout: CONNECT_TIMEOUT_MS,
    greetingTimeout: CONNECT_TIMEOUT_MS,
    socketTimeout: SOCKET_TIMEOUT_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const host = from.replace(/>?$/, '').split('@').at(-1);
  return {
    async post({ id, recipient, subject, text }) {
      await transport.sendMail({
        from,
        to: { name: '', address: recipient },
        subject,
        text,
        // The same each time that it is tried: a mail that arrives twice can be told.
        messageId: `<${id}@${host}>`,
        headers: { 'Auto-Submitted': 'auto-generated' },
      });
    },
    close: () => transport.close(),
  };
}

/** Without a mail server: keeps the mail, sealed, for the operators' eyes, and shows it to `print`. */
export function outboxPost(db: Db, secrets: SecretBox, print: (text: string) => void): Post {
  return async (mail) => {
    const { id, recipient, subject, text } = mail;
    await db
      .update(mails)
      .set({ sealedText: sealMail(secrets, mail) })
      .where(eq(mails.id, id));
    print(`\nMail to ${recipient} (no WEIR_SMTP_URL is set)\n${subject}\n\n${text}\n\n`);
  };
}

function sealMail(secrets: SecretBox, { id, subject, text }: OutgoingMail): string {
  return secrets.seal(JSON.stringify({ subject, text }), id);
}

export function openMail(
  secrets: SecretBox,
  id: string,
  sealedText: string,
): { subject: string; text: string } {
  return JSON.parse(secrets.open(sealedText, id));
}
