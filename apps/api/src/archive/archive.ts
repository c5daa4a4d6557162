import { OperatorError } from '@weir/core/operator-error';
import type { CopiedDay } from '@weir/ledger';

/** A row as it is handed out: money is text, times are ISO 8601. */
export type ArchivedRow = Record<string, unknown>;

/** Where the requests of days that are over are kept. An archive of another kind would be one more of these. */
export interface Archive {
  /** @throws {ArchiveUnavailable} when it can’t be used, as do all others. */
  check(): Promise<void>;
  /** Adds rows, each a JSON text; one that is there already stays there once. Durable when it is over. */
  insert(rows: readonly string[]): Promise<void>;
  /** What it has of a day, each request counted once. */
  countDay(day: string): Promise<CopiedDay>;
  /** What it has of an account, oldest first, a page of rows at a time. */
  readAccount(accountId: string, pageRows: number): AsyncGenerator<ArchivedRow[]>;
  /** Erases whatever it has of these accounts: nothing of it can be read any more when this is over. */
  eraseAccounts(accountIds: readonly string[]): Promise<void>;
  /** The days it has, and how many requests. */
  summarise(): Promise<{ rows: number; firstDay: string | null; lastDay: string | null }>;
  close(): Promise<void>;
}

/** The archive can’t be used; says what to do, and nothing of what was asked. */
export class ArchiveUnavailable extends OperatorError {
  override readonly name = 'ArchiveUnavailable';

  /** @param what a code, e.g. `ECONNREFUSED` or `AUTHENTICATION_FAILED`. */
  constructor(what: string, cause: unknown) {
    super(`The archive can’t be used (${what}). Check that it runs, and that CLICKHOUSE_URL is right.`, {
      cause,
    });
  }
}

/** The archive has not what it was sent, or more than that. */
export class ArchiveError extends OperatorError {
  override readonly name = 'ArchiveError';
  readonly code = 'ARCHIVE_DIFFERS';

  constructor(day: string, found: number, expected: number) {
    super(
      `Of ${day} the archive has ${found} requests, which are not the ${expected} that it should have. Should it stay so, see what else writes to its table.`,
    );
  }
}
