import type { Call } from '../call.ts';

/** A call apart from where its client wrote what of it: what it says, however it is written. */
export function withoutPlaces(call: Call): Call {
  const messages = call.messages.map((message) => ({ ...bare(message), parts: message.parts.map(bare) }));
  return { ...call, messages };
}

function bare<T extends { readonly at?: string }>(placed: T): T {
  const copy: T & { at?: string } = { ...placed };
  delete copy.at;
  return copy;
}
