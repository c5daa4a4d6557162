import type { SecretBox } from '@weir/core/secret-box';
import { toWeirError, WeirError } from '@weir/core/errors';
import type { Database } from '@weir/db/connect';
import type { FastifyInstance } from 'fastify';
import type { Archive } from '../archive/archive.ts';
import { exportAccount } from './export-account.ts';
import { openTicket } from './export-ticket.ts';

/** `GET /export`: the zip that a ticket stands for. No procedure, as those answer with one piece of JSON. */
export function addExportRoute(
  server: FastifyInstance,
  { database, archive, secrets }: { database: Database; archive: Archive | undefined; secrets: SecretBox },
): void {
  server.get('/export', async (request, reply) => {
    try {
      const order = await openTicket({ secrets, database }, request.headers.authorization);
      // A zip that has begun can only be cut off.
      await archive?.check().catch((cause: unknown) => {
        const message = 'The archive of old requests can’t be reached just now. Try again later.';
        throw new WeirError('service_unavailable', message, { cause });
      });
      return reply
        .header('content-type', 'application/zip')
        .header('cache-control', 'no-store')
        .send(exportAccount(database, { ...order, archive }));
    } catch (thrown) {
      const { status, code, message } = toWeirError(thrown);
      return reply.code(status).send({ error: { code, message } });
    }
  });
}
