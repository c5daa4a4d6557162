import type { FastifyRequest } from 'fastify';
import { describeDevice } from './describe-device.ts';
import type { SessionPlace } from './lucia.ts';

/** Where a request comes from, as the dashboard passes on what it knows of the browser. */
export interface ClientPlace extends SessionPlace {
  /** The random token by which the dashboard knows a browser again; a program has none. */
  deviceToken: string | undefined;
}

const DEVICE_TOKEN = /^[\w-]{43}$/;

/** @param logsSourceIp without it no address goes further than this. */
export function readClientPlace(request: FastifyRequest, logsSourceIp: boolean): ClientPlace {
  const deviceToken = request.headers['x-weir-device'];
  return {
    device: describeDevice(request.headers['user-agent']),
    address: logsSourceIp ? request.ip : null,
    deviceToken: typeof deviceToken === 'string' && DEVICE_TOKEN.test(deviceToken) ? deviceToken : undefined,
  };
}
