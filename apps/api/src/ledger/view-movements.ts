import type { AccountMovements } from '@weir/ledger';
import type { MovementsView } from './ledger-view.ts';

export function movementsView(statement: AccountMovements): MovementsView {
  return {
    ...statement,
    movements: statement.movements.map(({ amountNanoUsd, balanceNanoUsd, ...movement }) => ({
      ...movement,
      amountNanoUsd: amountNanoUsd.toString(),
      balanceNanoUsd: balanceNanoUsd.toString(),
    })),
    openingNanoUsd: statement.openingNanoUsd.toString(),
    closingNanoUsd: statement.closingNanoUsd.toString(),
    balanceNanoUsd: statement.balanceNanoUsd.toString(),
  };
}
