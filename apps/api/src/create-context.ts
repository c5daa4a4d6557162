import { identifyOnce } from './auth/principal.ts';
import type { Context } from './context.ts';

/** What all requests of a server share. */
export type Services = Omit<Context, 'identify' | 'clientAddress'>;

export interface RequestFacts {
  authorization: string | undefined;
  clientAddress: string;
}

/** A request's context. Nothing is looked up until a procedure asks who is calling. */
export function createContext(services: Services, { authorization, clientAddress }: RequestFacts): Context {
  const { database, sessions } = services;
  return { ...services, clientAddress, identify: identifyOnce(database.db, sessions, authorization) };
}
