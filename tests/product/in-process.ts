import { freePort } from '../../apps/api/src/testing/free-port.ts';
import { serveSilently } from '../../apps/api/src/testing/serve-silently.ts';
import { standInVendor, type VendorScript } from '../../apps/relay/src/testing/stand-in-vendor.ts';
import { startTestRelay } from '../../apps/relay/src/testing/test-relay.ts';

/** A relay with the api behind it and a vendor that does what a test tells it to, all in this process: up in a second. */
export async function startInProcess(script: VendorScript) {
  const vendor = await standInVendor(script);
  const apiPort = await freePort();
  const relay = await startTestRelay({
    WEIR_UPSTREAM_PRIVATE_HOSTS: vendor.host,
    WEIR_API_URL: `http://127.0.0.1:${apiPort}`,
  });
  const api = await serveSilently(relay, apiPort);
  return {
    relay,
    apiUrl: `http://127.0.0.1:${apiPort}`,
    vendor,
    async [Symbol.asyncDispose]() {
      await api[Symbol.asyncDispose]();
      await relay[Symbol.asyncDispose]();
      await vendor[Symbol.asyncDispose]();
    },
  };
}
