import { identifyOnce } from './auth/principal.ts';
import type { Context } from './context.ts';

/** What all requests of a server share. */
export type Services = Omit<Context, 'identify'>;

/** A request's context. Nothing is looked up until a procedure asks who is calling. */
export function createContext(services: Services, authorization: string | undefined): Context {
  const { database, sessions } = services;
  return { ...services, identify: identifyOnce(database.db, sessions, authorization) };
}
