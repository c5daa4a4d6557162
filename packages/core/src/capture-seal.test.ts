import { Aes256Gcm, CipherSuite, DhkemP256HkdfSha256, HkdfSha256 } from '@hpke/core';
import { expect, it } from 'vitest';
import { isCapturePublicKey, newCaptureKeyPair, openCapture, sealCapture } from './capture-seal.ts';

const LABEL = { captureId: 'cap_1', requestId: 'req_1' };
const bytes = (text: string) => new TextEncoder().encode(text);
const CALL = { request: bytes('{"model":"m"}'), reply: bytes('data: [DONE]') };

it('is RFC 9180, as another implementation of it opens what was sealed', async () => {
  const other = new CipherSuite({
    kem: new DhkemP256HkdfSha256(),
    kdf: new HkdfSha256(),
    aead: new Aes256Gcm(),
  });
  const keyPair = await other.kem.generateKeyPair();
  const publicKey = new Uint8Array(await other.kem.serializePublicKey(keyPair.publicKey));
  const sealed = await sealCapture(publicKey, LABEL, CALL);
  const enc = Uint8Array.from(sealed.encapsulated);
  const info = bytes('weir debug capture v1');
  const recipient = await other.createRecipientContext({ recipientKey: keyPair, enc, info });
  const request = await recipient.open(Uint8Array.from(sealed.request), bytes('cap_1 req_1 request'));
  const reply = await recipient.open(Uint8Array.from(sealed.reply), bytes('cap_1 req_1 reply'));
  expect(new TextDecoder().decode(request)).toBe('{"model":"m"}');
  expect(new TextDecoder().decode(reply)).toBe('data: [DONE]');
});

it('opens with its key and for its call alone, and says the same thing never twice', async () => {
  const { keyPair, publicKey } = await newCaptureKeyPair();
  const [one, two] = [await sealCapture(publicKey, LABEL, CALL), await sealCapture(publicKey, LABEL, CALL)];
  expect(await openCapture(keyPair, LABEL, one)).toEqual(CALL);
  expect(Buffer.from(one.request)).not.toEqual(Buffer.from(two.request));
  expect(Buffer.from(one.request).includes('model')).toBe(false);

  const somebodys = (await newCaptureKeyPair()).keyPair;
  const changed = { ...one, reply: one.reply.map((byte, at) => (at === 0 ? byte ^ 1 : byte)) };
  for (const open of [
    () => openCapture(somebodys, LABEL, one),
    () => openCapture(keyPair, { ...LABEL, requestId: 'req_2' }, one),
    () => openCapture(keyPair, { ...LABEL, captureId: 'cap_2' }, one),
    () => openCapture(keyPair, LABEL, { ...one, request: one.reply, reply: one.request }),
    () => openCapture(keyPair, LABEL, { ...one, request: two.request }),
    () => openCapture(keyPair, LABEL, changed),
  ]) {
    await expect(open()).rejects.toThrow();
  }
});

it('keeps its private key where it was made', async () => {
  const { keyPair, publicKey } = await newCaptureKeyPair();
  const privateKey = keyPair.privateKey;
  expect(privateKey.extractable).toBe(false);
  await expect(crypto.subtle.exportKey('pkcs8', privateKey)).rejects.toThrow();
  expect(await isCapturePublicKey(publicKey)).toBe(true);
  expect(await isCapturePublicKey(publicKey.subarray(1))).toBe(false);
  expect(await isCapturePublicKey(new Uint8Array(65).fill(4))).toBe(false);
});
