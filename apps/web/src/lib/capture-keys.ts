import { newCaptureKeyPair, type CaptureKeyPair } from '@weir/core/capture-seal';
import { createStore, delMany, entries, get, set, type UseStore } from 'idb-keyval';

interface KeptKey {
  keyPair: CaptureKeyPair;
  /** By this device's clock, in ms since 1970. */
  endsAtMs: number;
}

const HOUR_MS = 3_600_000;
/** A clock may be wrong by so much without a key being lost too early. */
const SLACK_MS = 24 * HOUR_MS;

let opened: UseStore | undefined;
const store = (): UseStore => (opened ??= createStore('weir-captures', 'keys'));

/** Browsers give pages that came over plain http no cryptography. */
export function canKeepCaptureKeys(): boolean {
  return isSecureContext && 'indexedDB' in window;
}

/**
 * Makes a key pair for a capture of so many hours, and keeps it in this browser, where the private key can’t be taken out.
 * @returns the public key, base64url.
 */
export async function makeCaptureKey(hours: number): Promise<string> {
  await forgetOldCaptureKeys();
  const { keyPair, publicKey } = await newCaptureKeyPair();
  const name = btoa(String.fromCharCode(...publicKey))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
  const kept: KeptKey = { keyPair, endsAtMs: Date.now() + hours * HOUR_MS };
  await set(name, kept, store());
  return name;
}

/** @returns undefined when it was made in another browser, its data were cleared, or it lets nothing be kept. */
export async function findCaptureKey(publicKey: string): Promise<CaptureKeyPair | undefined> {
  try {
    return (await get<KeptKey>(publicKey, store()))?.keyPair;
  } catch {
    return undefined;
  }
}

/** Without its key nothing of a capture can be read, wherever a copy of it may be. */
export async function forgetOldCaptureKeys(): Promise<void> {
  const kept = await entries<string, KeptKey>(store());
  const old = kept.filter(([, { endsAtMs }]) => endsAtMs + SLACK_MS < Date.now());
  await delMany(
    old.map(([name]) => name),
    store(),
  );
}
