import type { Database } from '@weir/db/connect';
import type { Sessions } from './auth/lucia.ts';
import { identifyOnce } from './auth/principal.ts';
import type { Context } from './context.ts';

/** A request's context. Nothing is looked up until a procedure asks who is calling. */
export function createContext(
  database: Database,
  sessions: Sessions,
  authorization: string | undefined,
): Context {
  return { database, sessions, identify: identifyOnce(database.db, sessions, authorization) };
}
