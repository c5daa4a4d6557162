import type { Call } from './call.ts';
import type { ClientRequest, Dialect, RequestTarget } from './dialect.ts';
import { namingVendors } from './only-in.ts';
import { FieldError } from './unsupported.ts';

/**
 * The body for a vendor who speaks another dialect than the client does.
 * @throws {WeirError} `invalid_request`, naming the client's field and the dialect that has no words for it.
 */
export function convertRequest(
  request: ClientRequest,
  { client, vendor, target }: { client: Dialect; vendor: Dialect; target: RequestTarget },
): string {
  const call = readCall(request, client, vendor);
  try {
    return vendor.renderRequest(call, target);
  } catch (thrown) {
    throw thrown instanceof FieldError ? thrown.named(client.fieldName(thrown.field, request.body)) : thrown;
  }
}

function readCall(request: ClientRequest, client: Dialect, vendor: Dialect): Call {
  try {
    return client.toCall(request);
  } catch (thrown) {
    throw namingVendors(thrown, vendor.name);
  }
}
