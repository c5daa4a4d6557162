import type { ErrorCode } from '@weir/core/errors';

/** An error as it is kept: a code, and nothing that anybody said. */
export interface SeenError {
  readonly code: ErrorCode;
  /** The vendor's HTTP status, if it answered. */
  readonly status?: number;
  readonly modelId: string;
  readonly at: Date;
}

const KEPT_MAX = 5;

/** A channel's latest errors, the newest first. */
export class ErrorLog {
  #errors: readonly SeenError[] = [];

  add(error: SeenError): void {
    this.#errors = [error, ...this.#errors.slice(0, KEPT_MAX - 1)];
  }

  get latest(): readonly SeenError[] {
    return this.#errors;
  }
}
