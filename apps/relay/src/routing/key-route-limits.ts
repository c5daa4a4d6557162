/** Whom a key may be served by; absent = anybody. */
export interface KeyRouteLimits {
  readonly vendors?: ReadonlySet<string>;
  readonly regions?: ReadonlySet<string>;
}
