import { lookup as resolve } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { isPublicAddress, type PrivateHosts } from './private-hosts.ts';

/** What keeps the servers from being sent to where only they can go. */
export interface OutwardGuard {
  /**
   * Whether the operator named the URL's host: then any address will do. Otherwise the connection is to be made with
   * {@link lookupPublic}.
   * @throws what `refuse` makes, for plain http and for a private address written as a number.
   */
  isNamed(url: URL): boolean;
  /** Checked when the connection is made, on the very address that is connected to: a name can't point elsewhere later. */
  lookupPublic: LookupFunction;
}

const DEFAULT_PORTS: Readonly<Record<string, number>> = { 'http:': 80, 'https:': 443 };

/** @param refuse the error for what is not to be connected to, e.g. `the private address 10.0.0.1`. */
export function outwardGuard(privateHosts: PrivateHosts, refuse: (what: string) => Error): OutwardGuard {
  return {
    isNamed(url) {
      const host = url.hostname.replaceAll(/[[\]]/g, '');
      if (privateHosts.allows(host, Number(url.port) || (DEFAULT_PORTS[url.protocol] ?? 0))) return true;
      if (url.protocol !== 'https:') throw refuse(`plain http to ${url.host}`);
      // An address written as a number is never looked up.
      if (isIP(host) !== 0 && !isPublicAddress(host)) throw refuse(`the private address ${host}`);
      return false;
    },
    lookupPublic(hostname, options, callback) {
      resolve(hostname, { ...options, all: true }, (error, addresses) => {
        const allowed = addresses?.filter(({ address }) => isPublicAddress(address)) ?? [];
        const [first] = allowed;
        if (error || !first) callback(error ?? refuse(`${hostname}, which is at a private address`), []);
        else if (options.all) callback(null, allowed);
        else callback(null, first.address, first.family);
      });
    },
  };
}
