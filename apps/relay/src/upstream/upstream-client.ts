import { lookup as resolve } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { WeirError } from '@weir/core/errors';
import { OperatorError } from '@weir/core/operator-error';
import { Agent, type Dispatcher } from 'undici';
import { isPublicAddress, type PrivateHosts } from './private-hosts.ts';

export interface UpstreamRequest {
  url: string;
  apiKey: string;
  body: string;
  signal: AbortSignal;
}

export interface UpstreamClient {
  /** @throws {WeirError} when the address is refused; what undici throws otherwise. */
  post(request: UpstreamRequest): Promise<Dispatcher.ResponseData>;
  close(): Promise<void>;
}

export interface UpstreamClientOptions {
  connectTimeoutMs: number;
  privateHosts: PrivateHosts;
}

/**
 * The one way out to vendors: connections kept and reused per origin, certificates verified, redirects not followed,
 * and no address but a public one, unless the operator named its host.
 */
export function upstreamClient({ connectTimeoutMs, privateHosts }: UpstreamClientOptions): UpstreamClient {
  const options = (connect: { lookup?: LookupFunction }): Agent.Options => ({
    connect: { timeout: connectTimeoutMs, ...connect },
    // One call per connection: a client that reads slowly can't stall another one's stream.
    allowH2: false,
    // The call's own watchdog counts events, not bytes.
    headersTimeout: 0,
    bodyTimeout: 0,
    keepAliveTimeout: 30_000,
  });
  const toPublic = new Agent(options({ lookup: lookupPublic }));
  const toNamed = new Agent(options({}));
  return {
    async post({ url, apiKey, body, signal }) {
      const target = new URL(url);
      return agentFor(target).request({
        origin: target.origin,
        path: target.pathname + target.search,
        method: 'POST',
        headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
        body,
        signal,
      });
    },
    async close() {
      await Promise.all([toPublic.destroy(), toNamed.destroy()]);
    },
  };

  function agentFor(url: URL): Agent {
    const host = url.hostname.replaceAll(/[[\]]/g, '');
    if (privateHosts.allows(host, Number(url.port) || (DEFAULT_PORTS[url.protocol] ?? 0))) return toNamed;
    if (url.protocol !== 'https:') throw refusal(`plain http to ${url.host}`);
    // An address written as a number is never looked up.
    if (isIP(host) !== 0 && !isPublicAddress(host)) throw refusal(`the private address ${host}`);
    return toPublic;
  }
}

const DEFAULT_PORTS: Readonly<Record<string, number>> = { 'http:': 80, 'https:': 443 };

/** Checked when the connection is made, on the very address that is connected to: a name can't point elsewhere later. */
const lookupPublic: LookupFunction = (hostname, options, callback) => {
  resolve(hostname, { ...options, all: true }, (error, addresses) => {
    const allowed = addresses?.filter(({ address }) => isPublicAddress(address)) ?? [];
    const [first] = allowed;
    if (error || !first) callback(error ?? refusal(`${hostname}, which is at a private address`), []);
    else if (options.all) callback(null, allowed);
    else callback(null, first.address, first.family);
  });
};

/** For the operator's log. The caller is told only that the vendor can't be reached. */
function refusal(what: string): WeirError {
  return new WeirError('upstream_unreachable', 'The model’s vendor can’t be reached from here.', {
    cause: new OperatorError(
      `Refused to connect to ${what}: name the host in WEIR_UPSTREAM_PRIVATE_HOSTS to allow it.`,
    ),
  });
}
