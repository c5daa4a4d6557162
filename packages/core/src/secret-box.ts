import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

const ALGORITHM = 'aes-256-gcm';
const VERSION = 'v1';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Seals small secrets (vendor keys) with AES-256-GCM under a key derived from `WEIR_SECRET_KEY`.
 * The sealed text is `v1.` + base64url(nonce ‖ tag ‖ ciphertext). `context` is authenticated, not stored: a sealed
 * secret moved to another row does not open.
 */
export interface SecretBox {
  seal(plain: string, context: string): string;
  /** @throws {Error} when the text was sealed under another key or for another context, or was changed. */
  open(sealed: string, context: string): string;
}

export function secretBox(secretKey: string): SecretBox {
  const key = Buffer.from(hkdfSync('sha256', secretKey, '', 'weir secret box', 32));
  return {
    seal(plain, context) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv(ALGORITHM, key, nonce).setAAD(Buffer.from(context));
      const body = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
      return `${VERSION}.${Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64url')}`;
    },
    open(sealed, context) {
      const [version, text] = sealed.split('.');
      const bytes = Buffer.from(text ?? '', 'base64url');
      // The last digit has bits that decoding drops: only the one text that sealing gives is taken.
      const asSealed = bytes.toString('base64url') === text;
      if (version !== VERSION || !asSealed || bytes.length < NONCE_BYTES + TAG_BYTES) {
        throw new Error('not a sealed secret');
      }
      const decipher = createDecipheriv(ALGORITHM, key, bytes.subarray(0, NONCE_BYTES))
        .setAAD(Buffer.from(context))
        .setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
      return (
        decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES), undefined, 'utf8') + decipher.final('utf8')
      );
    },
  };
}
