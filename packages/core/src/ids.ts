import { decodeBase32, encodeBase32, bytesToBase32 } from './base32.ts';

/** What each kind of thing's id begins with. */
export const ID_PREFIXES = {
  account: 'acc',
  user: 'usr',
  key: 'key',
  channel: 'chn',
  channelKey: 'chk',
  route: 'rte',
  price: 'prc',
  request: 'req',
  entry: 'ent',
  relay: 'rly',
  passkey: 'pky',
  emailCode: 'cod',
  notice: 'ntc',
  mail: 'mai',
  announcement: 'ann',
  webhookDelivery: 'whd',
  audit: 'aud',
  policy: 'pol',
  capture: 'cap',
  captureLogLine: 'cpl',
} as const;

export type IdKind = keyof typeof ID_PREFIXES;

const TIME_DIGITS = 10;
const RANDOM_DIGITS = 16;

/**
 * A new id such as `req_06e2m8k3q0…`: prefix, 48 bits of Unix time in ms, 80 random bits, in Crockford's base 32.
 * Ids of one kind sort by the time they were made.
 */
export function newId(kind: IdKind, nowMs: number = Date.now()): string {
  return `${ID_PREFIXES[kind]}_${timeDigits(nowMs)}${randomDigits()}`;
}

/** Text that sorts before every id of the kind that is made at this time or later, and after all earlier ones. */
export function leastId(kind: IdKind, timeMs: number): string {
  return `${ID_PREFIXES[kind]}_${encodeBase32(timeMs, TIME_DIGITS)}`;
}

/** Many ids are made within one millisecond. */
let latest = { timeMs: NaN, digits: '' };

function timeDigits(timeMs: number): string {
  if (timeMs !== latest.timeMs) latest = { timeMs, digits: encodeBase32(timeMs, TIME_DIGITS) };
  return latest.digits;
}

/** Randomness is asked for and written in bulk, for 400 ids: each asking has a price of its own. */
const pool = new Uint8Array((400 * RANDOM_DIGITS * 5) / 8);
let digits = '';
let used = 0;

function randomDigits(): string {
  if (used === digits.length) {
    crypto.getRandomValues(pool);
    digits = bytesToBase32(pool);
    used = 0;
  }
  used += RANDOM_DIGITS;
  return digits.slice(used - RANDOM_DIGITS, used);
}

/** The time that an id carries, in ms since 1970; undefined when the text is no id of ours. */
export function idTimeMs(id: string): number | undefined {
  const match = /^[a-z]{3}_([0-9a-z]{10})[0-9a-z]{16}$/.exec(id);
  return match?.[1] === undefined ? undefined : decodeBase32(match[1]);
}
