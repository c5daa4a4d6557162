import { WeirError } from '@weir/core/errors';
import type { SecretBox } from '@weir/core/secret-box';
import { z } from 'zod';
import type { TicketView } from './ticket-view.ts';

/** Long enough for a person to follow a link, too short for anything else. */
const TICKET_LIFE_MS = 10 * 60_000;
const CONTEXT = 'export ticket';

const ticketSchema = z.object({
  accountId: z.string(),
  /** `lawful`: with what is withheld from the holder. */
  scope: z.enum(['own', 'lawful']),
  expiresAtMs: z.number(),
});

export type ExportOrder = Pick<z.output<typeof ticketSchema>, 'accountId' | 'scope'>;

/** A procedure judges who may have what; the download itself, which is no procedure, goes by what that one has sealed. */
export function sealTicket(secrets: SecretBox, order: ExportOrder): TicketView {
  const expiresAtMs = Date.now() + TICKET_LIFE_MS;
  const ticket = secrets.seal(JSON.stringify({ ...order, expiresAtMs }), CONTEXT);
  return { ticket, expiresAt: new Date(expiresAtMs).toISOString() };
}

/** @throws {WeirError} `not_signed_in` when it is none, or its time is over. */
export function openTicket(secrets: SecretBox, authorization: string | undefined): ExportOrder {
  const ticket = /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1] ?? '';
  const found = readTicket(secrets, ticket);
  if (!found || found.expiresAtMs < Date.now()) {
    throw new WeirError('not_signed_in', 'This download is no longer open. Ask for the export again.');
  }
  return found;
}

function readTicket(secrets: SecretBox, ticket: string): z.output<typeof ticketSchema> | undefined {
  try {
    return ticketSchema.parse(JSON.parse(secrets.open(ticket, CONTEXT)));
  } catch {
    return undefined;
  }
}
