/**
 * `personal`: says who somebody is, or is in their own words. `money`: what the books consist of. `secret`: lets
 * somebody in, checks who they are, or is sealed from everybody but its holder; in no export. `technical`: everything else.
 */
export type DataCategory = 'personal' | 'money' | 'secret' | 'technical';

/**
 * Whose the rows of a table are, by which column. `gateway`: nobody's. `passing`: of somebody who has no account yet;
 * they go by themselves within a day.
 */
export type DataOwner = OwnedBy | 'gateway' | 'passing';

export interface OwnedBy {
  by: 'account' | 'user' | 'key';
  column: string;
  /** Where an e-mail address stands. A row that names nobody is theirs whose address it has. */
  addressColumn?: string;
}

/** `all`: every row. Else these columns, and the rows in which a column has one of some values. */
export type Withheld =
  | 'all'
  | { columns: readonly string[]; rows: { column: string; values: readonly string[] } };

export interface TableInventory {
  /** What a row is. */
  about: string;
  owner: DataOwner;
  /** What becomes of its rows when their owner’s data are erased. In those that are kept, what is personal becomes null. */
  erased: 'deleted' | 'kept';
  /** What is left out of what the holder gets, and in a lawful export alone. */
  withheld?: Withheld;
  columns: Readonly<Partial<Record<DataCategory, readonly string[]>>>;
}
