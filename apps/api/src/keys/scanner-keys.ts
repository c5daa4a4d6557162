import { createPublicKey, verify, type KeyObject } from 'node:crypto';
import { z } from 'zod';

/** The public keys of secret scanners, by the scanner's name. */
export type ScannerKeys = ReadonlyMap<string, KeyObject>;

/** `WEIR_SCANNER_KEYS`: a comma list of `name=key`, the key in base64 of DER, of Ed25519 or ECDSA over P-256. */
export const scannerKeys = z
  .string()
  .default('')
  .transform((list, context): ScannerKeys => {
    const keys = new Map<string, KeyObject>();
    for (const item of list.split(',').filter((text) => text.trim() !== '')) {
      const [, name, base64] = /^\s*([a-z0-9-]{1,32})=([A-Za-z0-9+/]+={0,2})\s*$/.exec(item) ?? [];
      const key = base64 === undefined ? undefined : readKey(base64);
      if (name === undefined || !key || keys.has(name)) {
        context.addIssue({
          code: 'custom',
          message: 'is no comma list of name=key with public keys in base64',
        });
        return keys;
      }
      keys.set(name, key);
    }
    return keys;
  })
  .meta({ example: 'github=MCowBQYDK2VwAyEA…' });

function readKey(base64: string): KeyObject | undefined {
  try {
    const key = createPublicKey({ key: Buffer.from(base64, 'base64'), format: 'der', type: 'spki' });
    const { asymmetricKeyType, asymmetricKeyDetails } = key;
    const isP256 = asymmetricKeyType === 'ec' && asymmetricKeyDetails?.namedCurve === 'prime256v1';
    return asymmetricKeyType === 'ed25519' || isP256 ? key : undefined;
  } catch {
    return undefined;
  }
}

/** Whether the scanner signed these bytes; ECDSA with SHA-256, in DER. */
export function isSignedBy(key: KeyObject, bytes: Buffer, signature: Buffer): boolean {
  const digest = key.asymmetricKeyType === 'ed25519' ? null : 'sha256';
  return verify(digest, bytes, key, signature);
}
