/**
 * `personal`: says who somebody is, or is in their own words. `money`: what the books consist of. `secret`: lets
 * somebody in, checks who they are, or is sealed from everybody but its holder; in no export. `technical`: everything else.
 */
export type DataCategory = 'personal' | 'money' | 'secret' | 'technical';

/**
 * Whose the rows of a table are, by which column. `gateway`: nobody's. `passing`: of somebody who has no account yet;
 * they go by themselves within a day.
 */
export type DataOwner = { by: 'account' | 'user' | 'key'; column: string } | 'gateway' | 'passing';

export type OwnedBy = Exclude<DataOwner, string>;

export interface TableInventory {
  /** What a row is. */
  about: string;
  owner: DataOwner;
  /** What becomes of its rows when their owner’s data are erased. In those that are kept, what is personal becomes null. */
  erased: 'deleted' | 'kept';
  /** Whose rows are left out of what the holder gets: what staff note down in a lawful matter. */
  withheld?: true;
  columns: Readonly<Partial<Record<DataCategory, readonly string[]>>>;
}
