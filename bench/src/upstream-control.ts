import type { Started } from './processes.ts';

/** What the upstream has done since it was started. */
export interface UpstreamCounts {
  /** Replies sent to their end. */
  readonly complete: number;
  /** Events sent, terminators counted. */
  readonly events: number;
  /** Paced streams that are open now. */
  readonly pacedOpen: number;
}

/** What the upstream is told over its channel. */
export type UpstreamMessage =
  | { readonly kind: 'pace'; readonly eventsPerSecond: number }
  | { readonly kind: 'finish' }
  | { readonly kind: 'count' };

/** Our end of the channel to the upstream. */
export class UpstreamControl {
  readonly origin: string;
  readonly #started: Started;

  constructor(origin: string, started: Started) {
    this.origin = origin;
    this.#started = started;
  }

  /** The pace of every paced stream, open or to come. */
  setPace(eventsPerSecond: number): void {
    this.#tell({ kind: 'pace', eventsPerSecond });
  }

  /** Ends all paced streams as a vendor does: finish reason, usage, terminator. */
  finishPaced(): void {
    this.#tell({ kind: 'finish' });
  }

  counts(): Promise<UpstreamCounts> {
    return new Promise((resolve) => {
      this.#started.process.once('message', (message) => resolve(message as unknown as UpstreamCounts));
      this.#tell({ kind: 'count' });
    });
  }

  #tell(message: UpstreamMessage): void {
    this.#started.process.send(message);
  }
}
