/** Every advisory lock that Weir takes, in one place: two purposes must never share a number. */
export const ADVISORY_LOCKS = {
  /** Held while migrations are applied. */
  migrate: 7_231_944,
  /** Held by the launcher for as long as it runs. */
  launcher: 7_231_945,
  /** Held while an empty database gets its first accounts. */
  firstStart: 7_231_946,
  /** Held while partitions of `requests` are made, or dropped. */
  requestDays: 7_231_947,
} as const;
