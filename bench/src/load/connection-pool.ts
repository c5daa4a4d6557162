import { RawConnection } from './raw-connection.ts';

/** Connections that are kept for the next call, the one used last first. */
export class ConnectionPool {
  readonly #origin: string;
  readonly #idle: RawConnection[] = [];
  readonly #open = new Set<RawConnection>();

  constructor(origin: string) {
    this.#origin = origin;
  }

  /** Opens some ahead, so that calls don't have to wait for it. */
  async openAhead(count: number): Promise<void> {
    const opening = Array.from({ length: count }, () => this.#connect());
    this.#idle.push(...(await Promise.all(opening)));
  }

  /** One that is free, or a new one. The server may have closed those that nobody used. */
  async take(): Promise<RawConnection> {
    for (let kept = this.#idle.pop(); kept; kept = this.#idle.pop()) {
      if (!kept.closed) return kept;
      this.#open.delete(kept);
    }
    return this.#connect();
  }

  /** After a call that was answered to its end. */
  giveBack(connection: RawConnection): void {
    this.#idle.push(connection);
  }

  close(): void {
    for (const connection of this.#open) connection.destroy();
    this.#open.clear();
    this.#idle.length = 0;
  }

  async #connect(): Promise<RawConnection> {
    const connection = await RawConnection.open(this.#origin);
    this.#open.add(connection);
    return connection;
  }
}
