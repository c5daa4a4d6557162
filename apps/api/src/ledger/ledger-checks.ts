import type { Database } from '@weir/db/connect';
import { readMovements, verify, verifyAccount } from '@weir/ledger';
import { singleFlight } from '../single-flight.ts';
import type { LedgerCheckView, MovementsView, StatementView } from './ledger-view.ts';
import { statementView, verificationView } from './view-figures.ts';
import { movementsView } from './view-movements.ts';

export interface MovementsRequest {
  accountId: string;
  /** Of UTC, both included. */
  fromDay?: string | undefined;
  toDay?: string | undefined;
}

/** The checks of one server. Each reads a lot, so none runs twice at a time. */
export interface LedgerChecks {
  /** Every account. */
  verify(): Promise<LedgerCheckView>;
  /** One account. @throws {WeirError} `not_found` */
  statement(accountId: string): Promise<StatementView>;
  /** The movements of one account, in days of UTC. @throws {WeirError} `not_found` */
  movements(request: MovementsRequest): Promise<MovementsView>;
}

export function ledgerChecks(database: Database): LedgerChecks {
  const verifyAll = singleFlight(async (): Promise<LedgerCheckView> => {
    const [checkedAt, startMs] = [new Date().toISOString(), performance.now()];
    const verification = verificationView(await verify(database));
    return { ...verification, checkedAt, durationMs: Math.round(performance.now() - startMs) };
  });
  return {
    verify: () => verifyAll(undefined),
    movements: singleFlight(
      async ({ accountId, ...days }: MovementsRequest) =>
        movementsView(await readMovements(database, accountId, days)),
      ({ accountId, fromDay, toDay }) => [accountId, fromDay, toDay].join(' '),
    ),
    statement: singleFlight(async (accountId: string) => {
      const checkedAt = new Date();
      return statementView(await verifyAccount(database, accountId), checkedAt);
    }),
  };
}
