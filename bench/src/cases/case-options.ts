/** How long and how often the cases measure. */
export interface CaseOptions {
  readonly rounds: number;
  /** Of one round. */
  readonly seconds: number;
}

/** So many connections at once where the load is all that goes through. */
export const CONNECTIONS = 64;
