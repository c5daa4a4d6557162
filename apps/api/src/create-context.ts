import type { FastifyRequest } from 'fastify';
import { readClientPlace } from './auth/client-place.ts';
import { identifyOnce } from './auth/principal.ts';
import type { Context } from './context.ts';

/** What all requests of a server share. */
export type Services = Omit<Context, 'identify' | 'client' | 'clientAddress'>;

/** A request's context. Nothing is looked up until a procedure asks who is calling. */
export function createContext(services: Services, request: FastifyRequest): Context {
  const { settings } = services;
  return {
    ...services,
    clientAddress: request.ip,
    client: readClientPlace(request, settings.brand.logging.sourceIp),
    identify: identifyOnce(services, { authorization: request.headers.authorization, address: request.ip }),
  };
}
