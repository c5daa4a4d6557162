import type { LookupFunction } from 'node:net';
import { WeirError } from '@weir/core/errors';
import { OperatorError } from '@weir/core/operator-error';
import { outwardGuard } from '@weir/settings/outward-guard';
import type { PrivateHosts } from '@weir/settings/private-hosts';
import { LRUCache } from 'lru-cache';
import { Agent, Pool } from 'undici';
import type { Cancellation } from '../cancellation.ts';
import { UpstreamExchange, type UpstreamReply } from './upstream-exchange.ts';

export interface UpstreamRequest {
  readonly url: string;
  /** Names and values in turn. */
  readonly headers: string[];
  readonly body: string;
  /** Closes the connection; the reply or its body then fails with its reason. */
  readonly cancellation: Cancellation;
}

export interface UpstreamClient {
  /** @throws {WeirError} when the address is refused; what undici throws otherwise. */
  post(request: UpstreamRequest): Promise<UpstreamReply>;
  close(): Promise<void>;
}

export interface UpstreamClientOptions {
  connectTimeoutMs: number;
  privateHosts: PrivateHosts;
}

/** A URL taken apart, and the agent that may go there. */
interface Target {
  readonly agent: Agent;
  readonly origin: string;
  readonly path: string;
}

/** Channels are few. */
const TARGETS_MAX = 1_000;

/**
 * The one way out to vendors: connections kept and reused per origin, certificates verified, redirects not followed,
 * and no address but a public one, unless the operator named its host.
 */
export function upstreamClient({ connectTimeoutMs, privateHosts }: UpstreamClientOptions): UpstreamClient {
  const options = (connect: { lookup?: LookupFunction }): Agent.Options => ({
    connect: { timeout: connectTimeoutMs, ...connect },
    // One call per connection: a client that reads slowly can't stall another one's stream. An agent that is told so itself
    // makes a name of this and the origin for each call, and looks its pool up by that.
    factory: (origin, pool: Pool.Options) => new Pool(origin, { ...pool, allowH2: false }),
    // The call's own watchdog counts events, not bytes.
    headersTimeout: 0,
    bodyTimeout: 0,
    keepAliveTimeout: 30_000,
  });
  const guard = outwardGuard(privateHosts, refusal);
  const toPublic = new Agent(options({ lookup: guard.lookupPublic }));
  const toNamed = new Agent(options({}));
  const targets = new LRUCache<string, Target>({ max: TARGETS_MAX });
  return {
    post({ url, headers, body, cancellation }) {
      if (cancellation.reason) return Promise.reject(cancellation.reason);
      const { agent, origin, path } = targetOf(url);
      const exchange = new UpstreamExchange(cancellation);
      agent.dispatch({ origin, path, method: 'POST', headers, body }, exchange);
      return exchange.reply;
    },
    async close() {
      await Promise.all([toPublic.destroy(), toNamed.destroy()]);
    },
  };

  function targetOf(url: string): Target {
    const known = targets.get(url);
    if (known) return known;
    const parsed = new URL(url);
    const target = {
      agent: guard.isNamed(parsed) ? toNamed : toPublic,
      origin: parsed.origin,
      path: parsed.pathname + parsed.search,
    };
    targets.set(url, target);
    return target;
  }
}

/** For the operator's log. The caller is told only that the vendor can't be reached. */
function refusal(what: string): WeirError {
  return new WeirError('upstream_unreachable', 'The model’s vendor can’t be reached from here.', {
    cause: new OperatorError(
      `Refused to connect to ${what}: name the host in WEIR_UPSTREAM_PRIVATE_HOSTS to allow it.`,
    ),
  });
}
