import { describe, expect, it } from 'vitest';
import { addressRanges, isAddressRange } from './address-ranges.ts';
import { clientAddress } from './client-address.ts';

describe('ranges of addresses', () => {
  const ranges = addressRanges(['10.0.0.0/8', '203.0.113.7', '2001:db8::/32', '0.0.0.0/32']);

  it.each([
    ['10.255.0.1', true],
    ['11.0.0.1', false],
    ['::ffff:10.0.0.1', true],
    ['203.0.113.7', true],
    ['203.0.113.8', false],
    ['2001:db8:ffff::1', true],
    ['2001:db9::1', false],
    ['0.0.0.0', true],
    ['', false],
    ['10.0.0.1:80', false],
  ])('have %s: %s', (address, has) => {
    expect(ranges.has(address)).toBe(has);
  });

  it.each(['', '10.0.0.0/33', '10.0.0.0/', '10.0.0', '::/129', 'fe80::1%eth0', 'example.com', '10.0.0.0/-1'])(
    'are not written as "%s"',
    (text) => {
      expect(isAddressRange(text)).toBe(false);
      expect(() => addressRanges([text])).toThrow(RangeError);
    },
  );
});

describe('the address of a client', () => {
  const trusted = addressRanges(['10.0.0.0/8']);

  it.each([
    // Reached directly: what it says of itself is nothing.
    ['198.51.100.1', '203.0.113.7', '198.51.100.1'],
    ['::ffff:198.51.100.1', undefined, '198.51.100.1'],
    ['10.0.0.1', undefined, '10.0.0.1'],
    ['10.0.0.1', '203.0.113.7', '203.0.113.7'],
    ['::ffff:10.0.0.1', '203.0.113.7', '203.0.113.7'],
    ['10.0.0.1', '1.1.1.1, 203.0.113.7 , 10.0.0.2', '203.0.113.7'],
    ['10.0.0.1', '203.0.113.7:4711', '203.0.113.7'],
    ['10.0.0.1', '[2001:db8::1]:443', '2001:db8::1'],
    ['10.0.0.1', '10.0.0.3, 10.0.0.2', '10.0.0.3'],
    ['10.0.0.1', '203.0.113.7, unknown', ''],
    ['10.0.0.1', '203.0.113.7,', ''],
    [undefined, '203.0.113.7', ''],
  ])('that connects from %s with X-Forwarded-For %s is %s', (remoteAddress, forwardedFor, address) => {
    expect(clientAddress({ remoteAddress, forwardedFor }, trusted)).toBe(address);
  });
});
