import postgres from 'postgres';

/** The plain driver, for the statements whose exact SQL matters (the ledger’s) and for the relay, which has few. */
export type Sql = postgres.Sql;
export type TransactionSql = postgres.TransactionSql;
/** Whatever takes statements: a pool, a connection, a transaction. */
export type AnySql = postgres.ISql;
/** A connection of one's own, until it is released. */
export type ReservedSql = postgres.ReservedSql;
/** Sent when it is awaited, or executed. */
export type PendingQuery<Rows extends readonly object[]> = postgres.PendingQuery<Rows>;

export interface SqlDatabase {
  readonly url: string;
  readonly sql: Sql;
  /** Ends all connections; queries under way get five seconds to finish. */
  close(): Promise<void>;
}

export interface ConnectOptions {
  /** Connections at most. Default 10. */
  connectionsMax?: number;
  /** Shown in `pg_stat_activity`. */
  applicationName: string;
  /** Settings of each connection, e.g. `{ statement_timeout: '30s' }`. */
  session?: Readonly<Record<string, string>>;
  /** Told of every `NOTIFY` on the channels that one of the connections listens to. */
  onNotification?: (channel: string, payload: string) => void;
}

/** The driver itself would wait up to 20 s between two tries, and so would every call after an outage. */
const RECONNECT_FIRST_SECONDS = 0.02;
const RECONNECT_SECONDS_MAX = 0.5;

/** Connects lazily: the first query opens the first connection, and a lost one is opened again. */
export function connectSql(url: string, options: ConnectOptions): SqlDatabase {
  const sql = postgres(url, {
    max: options.connectionsMax ?? 10,
    connect_timeout: 10,
    backoff: (retries: number) => Math.min(RECONNECT_FIRST_SECONDS * 2 ** retries, RECONNECT_SECONDS_MAX),
    onnotice: () => {},
    // As the driver's own `listen` does; its types don't tell of it.
    ...(options.onNotification && { onnotify: options.onNotification }),
    types: { bigint: postgres.BigInt },
    connection: { ...options.session, application_name: options.applicationName },
  }) as unknown as Sql;
  return { url, sql, close: () => sql.end({ timeout: 5 }) };
}
