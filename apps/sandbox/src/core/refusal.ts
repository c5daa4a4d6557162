/** Why a request is refused. Each protocol has its own status and words for each. */
export type RefusalKind =
  | 'invalid-request'
  | 'unauthenticated'
  | 'unknown-model'
  | 'unknown-path'
  | 'body-too-large'
  | 'not-json'
  | 'rate-limited'
  | 'failed';

/** A request that is answered with an error; its message is already in the words of the protocol it came by. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly kind: RefusalKind;
  /** The parameter at fault, where the protocol names it. */
  readonly param: string | null;
  /** The vendor's own code for the error, where the protocol has one. */
  readonly code: string | null;

  constructor(kind: RefusalKind, message: string, at: { param?: string | undefined; code?: string } = {}) {
    super(message);
    this.kind = kind;
    this.param = at.param ?? null;
    this.code = at.code ?? null;
  }
}
