import { WeirError } from '@weir/core/errors';
import type { SecretBox } from '@weir/core/secret-box';
import type { Database, Db } from '@weir/db/connect';
import { sessions } from '@weir/db/schema';
import { and, eq, gt, sql } from 'drizzle-orm';
import { z } from 'zod';
import type { SessionPrincipal } from '../auth/principal.ts';
import type { TicketView } from './ticket-view.ts';

/** Long enough for a person to follow a link, too short for anything else. */
const TICKET_LIFE_MS = 10 * 60_000;
const CONTEXT = 'export ticket';

const ticketSchema = z.object({
  accountId: z.string(),
  /** `lawful`: with what is withheld from the holder. */
  scope: z.enum(['own', 'lawful']),
  /** By its public id: a ticket is worth nothing without it. */
  sessionId: z.string(),
  expiresAtMs: z.number(),
});

export type ExportOrder = Pick<z.output<typeof ticketSchema>, 'accountId' | 'scope'>;

/** A procedure judges who may have what; the download itself, which is no procedure, goes by what that one has sealed. */
export function sealTicket(
  { secrets, session: { sessionId } }: { secrets: SecretBox; session: Pick<SessionPrincipal, 'sessionId'> },
  order: ExportOrder,
): TicketView {
  const expiresAtMs = Date.now() + TICKET_LIFE_MS;
  const ticket = secrets.seal(JSON.stringify({ ...order, sessionId, expiresAtMs }), CONTEXT);
  return { ticket, expiresAt: new Date(expiresAtMs).toISOString() };
}

/** @throws {WeirError} `not_signed_in` when it is none, or its time or the session it was given to is over. */
export async function openTicket(
  { secrets, database: { db } }: { secrets: SecretBox; database: Database },
  authorization: string | undefined,
): Promise<ExportOrder> {
  const ticket = /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1] ?? '';
  const found = readTicket(secrets, ticket);
  if (!found || found.expiresAtMs < Date.now() || !(await isAlive(db, found.sessionId))) {
    throw new WeirError('not_signed_in', 'This download is no longer open. Ask for the export again.');
  }
  return found;
}

async function isAlive(db: Db, sessionId: string): Promise<boolean> {
  const alive = and(eq(sessions.publicId, sessionId), gt(sessions.expiresAt, sql`now()`));
  return (await db.$count(sessions, alive)) > 0;
}

function readTicket(secrets: SecretBox, ticket: string): z.output<typeof ticketSchema> | undefined {
  try {
    return ticketSchema.parse(JSON.parse(secrets.open(ticket, CONTEXT)));
  } catch {
    return undefined;
  }
}
