import { WeirError } from '@weir/core/errors';
import type { Db } from '@weir/db/connect';
import { apiKeys } from '@weir/db/schema';
import { and, eq, isNull } from 'drizzle-orm';
import type { z } from 'zod';
import { createKey } from '../keys/create-key.ts';
import { readKeyRows, type KeyRow } from '../keys/list-keys.ts';
import { revokeKey } from '../keys/revoke-key.ts';
import { updateKey } from '../keys/update-key.ts';
import { budgetsFor, type createKeyBody, type listKeysQuery, type updateKeyBody } from './key-bodies.ts';
import { currentKeyObject, keyObject, limitOf } from './key-object.ts';

/** As many as OpenRouter's clients expect at a time. */
const PAGE = 100;

const own = (accountId: string) => and(eq(apiKeys.accountId, accountId), eq(apiKeys.kind, 'secret'));

export async function listKeyObjects(db: Db, accountId: string, query: z.output<typeof listKeysQuery>) {
  const { offset = 0, include_disabled: all } = query;
  const isEnabled = and(isNull(apiKeys.revokedAt), isNull(apiKeys.leakedAt), isNull(apiKeys.disabledAt));
  const condition = and(own(accountId), all === 'true' ? undefined : isEnabled);
  const rows = await readKeyRows(db, { limit: PAGE, offset }, condition);
  return { data: rows.map(keyObject) };
}

export async function showKeyObject(db: Db, accountId: string, keyId: string) {
  return { data: keyObject(await findRow(db, accountId, keyId)) };
}

/** The key that asks. */
export async function showCurrentKey(db: Db, keyId: string) {
  const [row] = await readKeyRows(db, { limit: 1 }, eq(apiKeys.id, keyId));
  if (!row) throw notFound(keyId);
  return { data: currentKeyObject(row) };
}

export async function createKeyObject(db: Db, accountId: string, body: z.output<typeof createKeyBody>) {
  const { name, limit = null, limit_reset: reset = null, expires_at: expiresAt, scopes } = body;
  const budgets = budgetsFor({ limitNanoUsd: limit, reset });
  const { key, keyId } = await createKey(db, {
    accountId,
    name,
    scopes,
    budgets,
    ...(expiresAt && { expiresAt }),
  });
  return { key, ...(await showKeyObject(db, accountId, keyId)) };
}

export async function updateKeyObject(
  db: Db,
  accountId: string,
  { keyId, body }: { keyId: string; body: z.output<typeof updateKeyBody> },
) {
  const { name, scopes, disabled, limit, limit_reset: reset } = body;
  return db.transaction(async (tx) => {
    const known = limitOf(await findRow(tx, accountId, keyId));
    const changed = {
      limitNanoUsd: limit === undefined ? known.limitNanoUsd : limit,
      reset: reset === undefined ? known.reset : reset,
    };
    const budgets = limit === undefined && reset === undefined ? undefined : budgetsFor(changed);
    await updateKey(tx, { keyId, name, scopes, disabled, budgets }, accountId);
    return showKeyObject(tx, accountId, keyId);
  });
}

export async function deleteKeyObject(db: Db, accountId: string, keyId: string) {
  await findRow(db, accountId, keyId);
  await revokeKey(db, { keyId, cutRunning: false }, accountId);
  return { deleted: true };
}

async function findRow(db: Db, accountId: string, keyId: string): Promise<KeyRow> {
  const [row] = await readKeyRows(db, { limit: 1 }, and(own(accountId), eq(apiKeys.id, keyId)));
  if (!row) throw notFound(keyId);
  return row;
}

function notFound(keyId: string): WeirError {
  return new WeirError('not_found', `There is no key ${keyId}. GET /v1/keys lists those there are.`, {
    param: 'hash',
  });
}
