import { WeirError } from '@weir/core/errors';
import type { Database } from '@weir/db/connect';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { z } from 'zod';
import { reportLeakedKeys } from './report-leaked-keys.ts';
import { isSignedBy, type ScannerKeys } from './scanner-keys.ts';

/** Of one report; a scanner that found more sends several. */
const HASHES_MAX = 100;

/** How far a scanner's clock may be off, and for how long a report may be sent again: that changes nothing. */
const TIMESTAMP_SECONDS_MAX = 5 * 60;

const bodySchema = z.object({
  hashes: z
    .array(z.string().regex(/^[0-9a-f]{64}$/i, 'is no SHA-256 in hex'))
    .min(1, 'is empty')
    .max(HASHES_MAX, `has more than ${HASHES_MAX} entries`),
});

export interface LeakedKeysDeps {
  readonly database: Database;
  readonly scannerKeys: ScannerKeys;
  readonly log: Logger;
}

/**
 * `POST /v1/leaked-keys` for secret scanners. The signature is over the timestamp, a dot and the body as it was sent,
 * and is checked before anything of it is parsed.
 */
export function leakedKeysRoute(
  scope: FastifyInstance,
  { database, scannerKeys, log }: LeakedKeysDeps,
): void {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser(
    '*',
    { parseAs: 'buffer' },
    async (_request: FastifyRequest, body: Buffer) => body,
  );
  scope.post('/v1/leaked-keys', async (request) => {
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    const scanner = signerOf(request, body, scannerKeys);
    const results = await reportLeakedKeys(database, scanner, readHashes(body));
    const disabled = results.filter(({ outcome }) => outcome === 'disabled').length;
    log.warn({ scanner, reported: results.length, disabled }, 'Leaked API keys were reported.');
    return { results };
  });
}

/** @throws {WeirError} `wrong_credentials`, whatever is wrong with the signature. */
function signerOf({ headers }: FastifyRequest, body: Buffer, scannerKeys: ScannerKeys): string {
  const scanner = text(headers['x-weir-scanner']);
  const timestamp = text(headers['x-weir-timestamp']);
  const key = scannerKeys.get(scanner);
  const ageSeconds = Math.abs(Date.now() / 1000 - Number(timestamp));
  const signature = Buffer.from(text(headers['x-weir-signature']), 'base64');
  const signed = Buffer.concat([Buffer.from(`${timestamp}.`), body]);
  const isFresh = /^\d{1,12}$/.test(timestamp) && ageSeconds <= TIMESTAMP_SECONDS_MAX;
  if (!key || !isFresh || !isSignedBy(key, signed, signature)) {
    throw new WeirError(
      'wrong_credentials',
      'The report is not signed by a known scanner, or its timestamp is more than 5 minutes off.',
    );
  }
  return scanner;
}

/** @throws {WeirError} `invalid_request` */
function readHashes(body: Buffer): string[] {
  let json: unknown;
  try {
    json = JSON.parse(body.toString());
  } catch {
    throw new WeirError('invalid_request', 'The body is not valid JSON.');
  }
  const result = bodySchema.safeParse(json);
  if (result.success) return result.data.hashes.map((hash) => hash.toLowerCase());
  const [issue] = result.error.issues;
  throw new WeirError('invalid_request', `${issue?.path.join('.')}: ${issue?.message}.`);
}

function text(header: string | string[] | undefined): string {
  return typeof header === 'string' ? header : '';
}
