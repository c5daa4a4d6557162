import { expect, it } from 'vitest';
import { addressGroup } from './address-group.ts';

it('takes an IPv4 address as it is, and of an IPv6 address what one client may have all of', () => {
  expect(addressGroup('203.0.113.7')).toBe('203.0.113.7');
  expect(addressGroup('::ffff:203.0.113.7')).toBe('203.0.113.7');
  expect(addressGroup('2001:db8:1:2:3:4:5:6')).toBe('2001:db8:1:2');
  expect(addressGroup('2001:db8:1:2::9')).toBe('2001:db8:1:2');
  expect(addressGroup('2001:0DB8::1')).toBe('2001:db8:0:0');
  expect(addressGroup('::1')).toBe('0:0:0:0');
});
