import type { PrivateHosts } from '@weir/settings/private-hosts';
import { Agent } from 'undici';
import { webhookGuard } from './webhook-guard.ts';

const CONNECT_TIMEOUT_MS = 5_000;
/** From the first look-up to the last of the answer's headers. */
const TIMEOUT_MS = 10_000;
const HEADER_BYTES_MAX = 8 * 1024;

export interface WebhookPost {
  url: string;
  headers: Readonly<Record<string, string>>;
  body: string;
}

export interface WebhookClient {
  /** @returns the HTTP status; the answer's body is not read. @throws what undici throws, or a `RefusedAddress`. */
  post(request: WebhookPost): Promise<number>;
  close(): Promise<void>;
}

/** Posts to addresses that people chose: no redirects, no private address, no answer that goes on. */
export function webhookClient(privateHosts: PrivateHosts, timeoutMs = TIMEOUT_MS): WebhookClient {
  const guard = webhookGuard(privateHosts);
  const options: Agent.Options = {
    allowH2: false,
    maxHeaderSize: HEADER_BYTES_MAX,
    // Each is a connection of its own: the address is looked at anew.
    pipelining: 0,
  };
  const connect = { timeout: Math.min(CONNECT_TIMEOUT_MS, timeoutMs) };
  const toPublic = new Agent({ ...options, connect: { ...connect, lookup: guard.lookupPublic } });
  const toNamed = new Agent({ ...options, connect });
  return {
    async post({ url, headers, body }) {
      const parsed = new URL(url);
      const agent = guard.isNamed(parsed) ? toNamed : toPublic;
      const answer = await agent.request({
        origin: parsed.origin,
        path: parsed.pathname + parsed.search,
        method: 'POST',
        headers: { 'content-type': 'application/json', 'user-agent': 'Weir-Webhooks', ...headers },
        body,
        signal: AbortSignal.timeout(timeoutMs),
      });
      // Whatever it says, and for however long: nobody listens.
      answer.body.on('error', () => {}).destroy();
      return answer.statusCode;
    },
    async close() {
      await Promise.all([toPublic.destroy(), toNamed.destroy()]);
    },
  };
}
