import { apiKeyHint, hashSecret, newApiKey } from '@weir/core/api-key';
import { newId } from '@weir/core/ids';
import type { Database } from '@weir/db/connect';
import { accounts, apiKeys } from '@weir/db/schema';
import { credit } from '@weir/ledger';

/** A key that calls are made with. */
export interface CastKey {
  readonly keyId: string;
  readonly accountId: string;
  /** The key itself. */
  readonly secret: string;
  /** How many of all calls are made with it, beside the others' weights. */
  readonly weight: number;
}

export interface Cast {
  readonly keys: readonly CastKey[];
  /** Those whose balance lasts for a few calls, and that are topped up meanwhile. */
  readonly poorAccountIds: readonly string[];
  readonly accountIds: readonly string[];
}

interface Role {
  readonly balanceNanoUsd: bigint;
  readonly poor?: true;
  readonly account?: Partial<typeof accounts.$inferInsert>;
  readonly keys: readonly { weight: number; key?: Partial<typeof apiKeys.$inferInsert> }[];
}

const RICH_NANO_USD = 1_000_000_000n;

/** A call costs some hundreds of nanoUsd. */
const ROLES: readonly Role[] = [
  { balanceNanoUsd: RICH_NANO_USD, keys: [{ weight: 3 }, { weight: 3, key: { disconnectPolicy: 'drain' } }] },
  { balanceNanoUsd: RICH_NANO_USD, keys: [{ weight: 3, key: { disconnectPolicy: 'drain' } }] },
  {
    balanceNanoUsd: 3_000n,
    poor: true,
    keys: [{ weight: 2 }, { weight: 1, key: { disconnectPolicy: 'drain' } }],
  },
  { balanceNanoUsd: 1_000n, poor: true, keys: [{ weight: 2 }] },
  { balanceNanoUsd: RICH_NANO_USD, account: { concurrencyMax: 3 }, keys: [{ weight: 1.5 }, { weight: 1 }] },
  {
    balanceNanoUsd: RICH_NANO_USD,
    keys: [
      { weight: 1.5, key: { budgetTotalNanoUsd: 9_000n, budgetDayNanoUsd: 7_000n } },
      { weight: 1, key: { concurrencyMax: 1, budgetMonthNanoUsd: 20_000n } },
    ],
  },
];

/** Puts the accounts and their keys into an empty database. */
export async function createCast(database: Database): Promise<Cast> {
  const cast = { keys: [] as CastKey[], poorAccountIds: [] as string[], accountIds: [] as string[] };
  for (const { balanceNanoUsd, poor, account, keys } of ROLES) {
    const accountId = newId('account');
    await database.db.insert(accounts).values({ id: accountId, ...account });
    await credit(database, {
      accountId,
      kind: 'grant',
      amountNanoUsd: balanceNanoUsd,
      ref: `opening:${accountId}`,
    });
    cast.accountIds.push(accountId);
    if (poor) cast.poorAccountIds.push(accountId);
    for (const { weight, key } of keys) {
      const [keyId, secret] = [newId('key'), newApiKey()];
      const values = {
        id: keyId,
        accountId,
        name: 'crash test',
        hash: hashSecret(secret),
        ...apiKeyHint(secret),
      };
      await database.db.insert(apiKeys).values({ ...values, ...key });
      cast.keys.push({ keyId, accountId, secret, weight });
    }
  }
  return cast;
}
