import { newId } from '@weir/core/ids';
import { requests } from '@weir/db/schema';
import type { TestDatabase } from './start-test-api.ts';

type NewRequest = Partial<typeof requests.$inferInsert> & { accountId: string };

/** A settled request of 100 nanoUsd made at `createdAt`, unless said otherwise, as a relay leaves it. */
export async function seedRequest({ db }: TestDatabase, request: NewRequest): Promise<string> {
  const createdAt = request.createdAt ?? new Date();
  const id = newId('request', createdAt.getTime());
  await db.insert(requests).values({
    id,
    keyId: 'key_none',
    modelId: 'sandbox/echo',
    dialect: 'openai-chat',
    streamed: true,
    state: 'settled',
    outcome: 'ok',
    holdNanoUsd: 500n,
    holdExpiresAt: new Date(createdAt.getTime() + 60_000),
    chargeNanoUsd: request.state === undefined || request.state === 'settled' ? 100n : 0n,
    createdAt,
    ...request,
  });
  return id;
}
