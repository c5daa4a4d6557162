import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { expect, it } from 'vitest';
import { clientAddress, trustedProxies } from './client-address.ts';

function from(peer: string | undefined, forwardedFor?: string): IncomingMessage {
  const socket = new Socket();
  Object.defineProperty(socket, 'remoteAddress', { value: peer });
  const request = new IncomingMessage(socket);
  if (forwardedFor !== undefined) request.headers['x-forwarded-for'] = forwardedFor;
  return request;
}

const PROXIES = trustedProxies.parse('10.0.0.0/8, fd00::1');

it.each([
  ['nobody is trusted, whatever is said', [], '10.0.0.1', '203.0.113.9', '10.0.0.1'],
  ['a peer that is no proxy speaks for itself alone', PROXIES, '198.51.100.7', '203.0.113.9', '198.51.100.7'],
  ['a proxy’s word is taken', PROXIES, '10.0.0.1', '203.0.113.9', '203.0.113.9'],
  ['only the last word is the proxy’s', PROXIES, '10.0.0.1', '1.1.1.1, 203.0.113.9', '203.0.113.9'],
  ['proxies may stand in a row', PROXIES, 'fd00::1', '1.1.1.1, 203.0.113.9, 10.2.2.2', '203.0.113.9'],
  ['a chain of proxies alone ends at its beginning', PROXIES, '10.0.0.1', '10.0.0.3', '10.0.0.3'],
  ['what is no address is not noted', PROXIES, '10.0.0.1', "1.1.1.1, '; drop table", '10.0.0.1'],
  ['a proxy that says nothing is the client', PROXIES, '10.0.0.1', undefined, '10.0.0.1'],
  ['IPv4 in IPv6 is IPv4', PROXIES, '::ffff:10.0.0.1', '::ffff:203.0.113.9', '203.0.113.9'],
  ['a connection that is gone has none', PROXIES, undefined, '203.0.113.9', undefined],
])('%s', (_name, trusted, peer, forwardedFor, address) => {
  expect(clientAddress(from(peer, forwardedFor), trusted)).toBe(address);
});

it('a list of proxies that is wrong says what', () => {
  expect(trustedProxies.safeParse('10.0.0.0/8,proxy').error?.issues[0]?.message).toBe(
    '"proxy" is neither an address nor a range',
  );
});
