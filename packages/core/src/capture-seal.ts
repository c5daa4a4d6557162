import {
  AEAD_AES_256_GCM,
  CipherSuite,
  KDF_HKDF_SHA256,
  KEM_DHKEM_P256_HKDF_SHA256,
  type KeyPair,
} from 'hpke';

/*
 * Seals a captured call for the browser that asked for it: HPKE in base mode, one context for each call. What a seal
 * keeps from whom stands in docs/decisions/0014. Needs the Web's cryptography, which Node and pages over https have.
 * @see https://www.rfc-editor.org/rfc/rfc9180
 */

const INFO = new TextEncoder().encode('weir debug capture v1');

/** Length of a public key: an uncompressed point of P-256. */
export const CAPTURE_PUBLIC_KEY_BYTES = 65;

/** Of AES-GCM: a seal is so much longer than what is in it. */
export const CAPTURE_SEAL_BYTES = 16;

export type CaptureKeyPair = KeyPair<CryptoKey>;

/** Which call of which capture; a seal that is moved to another does not open. */
export interface CaptureLabel {
  readonly captureId: string;
  readonly requestId: string;
}

export interface CapturedBytes {
  readonly request: Uint8Array;
  readonly reply: Uint8Array;
}

export interface SealedCapture extends CapturedBytes {
  /** What the private key makes the call's key of. */
  readonly encapsulated: Uint8Array;
}

const suite = new CipherSuite(KEM_DHKEM_P256_HKDF_SHA256, KDF_HKDF_SHA256, AEAD_AES_256_GCM);

/** A pair whose private key can't be taken out of the process or browser that made it. */
export async function newCaptureKeyPair(): Promise<{ keyPair: CaptureKeyPair; publicKey: Uint8Array }> {
  const keyPair = await suite.GenerateKeyPair(false);
  return { keyPair, publicKey: await suite.SerializePublicKey(keyPair.publicKey) };
}

/** Whether anything can be sealed for it: a point of the curve. */
export async function isCapturePublicKey(bytes: Uint8Array): Promise<boolean> {
  return suite.DeserializePublicKey(bytes).then(
    () => true,
    () => false,
  );
}

/** @throws when the public key is none. */
export async function sealCapture(
  publicKey: Uint8Array,
  label: CaptureLabel,
  { request, reply }: CapturedBytes,
): Promise<SealedCapture> {
  const key = await suite.DeserializePublicKey(publicKey);
  const { encapsulatedSecret, ctx } = await suite.SetupSender(key, { info: INFO });
  return {
    encapsulated: encapsulatedSecret,
    request: await ctx.Seal(request, aad(label, 'request')),
    reply: await ctx.Seal(reply, aad(label, 'reply')),
  };
}

/** @throws when it was sealed for another key or another call, or was changed. */
export async function openCapture(
  keyPair: CaptureKeyPair,
  label: CaptureLabel,
  { encapsulated, request, reply }: SealedCapture,
): Promise<CapturedBytes> {
  const context = await suite.SetupRecipient(keyPair, encapsulated, { info: INFO });
  return {
    request: await context.Open(request, aad(label, 'request')),
    reply: await context.Open(reply, aad(label, 'reply')),
  };
}

function aad({ captureId, requestId }: CaptureLabel, part: 'request' | 'reply'): Uint8Array {
  return new TextEncoder().encode(`${captureId} ${requestId} ${part}`);
}
