import type { Database } from '@weir/db/connect';
import { verify, verifyAccount } from '@weir/ledger';
import { singleFlight } from '../single-flight.ts';
import type { LedgerCheckView, StatementView } from './ledger-view.ts';
import { statementView, verificationView } from './view-figures.ts';

/** The checks of one server. Each reads a lot, so none runs twice at a time. */
export interface LedgerChecks {
  /** Every account. */
  verify(): Promise<LedgerCheckView>;
  /** One account. @throws {WeirError} `not_found` */
  statement(accountId: string): Promise<StatementView>;
}

export function ledgerChecks(database: Database): LedgerChecks {
  const verifyAll = singleFlight(async (): Promise<LedgerCheckView> => {
    const [checkedAt, startMs] = [new Date().toISOString(), performance.now()];
    const verification = verificationView(await verify(database));
    return { ...verification, checkedAt, durationMs: Math.round(performance.now() - startMs) };
  });
  return {
    verify: () => verifyAll(undefined),
    statement: singleFlight(async (accountId: string) => {
      const checkedAt = new Date();
      return statementView(await verifyAccount(database, accountId), checkedAt);
    }),
  };
}
