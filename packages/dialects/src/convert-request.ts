import type { ClientRequest, Dialect, RequestTarget } from './dialect.ts';
import { namingVendors } from './only-in.ts';

/**
 * The body for a vendor who speaks another dialect than the client does.
 * @throws {WeirError} `invalid_request`, naming the field and the dialect that has no words for it.
 */
export function convertRequest(
  request: ClientRequest,
  { client, vendor, target }: { client: Dialect; vendor: Dialect; target: RequestTarget },
): string {
  try {
    return vendor.renderRequest(client.toCall(request), target);
  } catch (thrown) {
    throw namingVendors(thrown, vendor.name);
  }
}
