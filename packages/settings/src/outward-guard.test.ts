import { describe, expect, it } from 'vitest';
import { outwardGuard } from './outward-guard.ts';
import { privateHosts } from './private-hosts.ts';

const guard = (list: string) =>
  outwardGuard(privateHosts.parse(list), (what) => new Error(`refused ${what}`));

function look(hostname: string) {
  return new Promise<unknown>((resolve) => {
    guard('').lookupPublic(hostname, { all: true }, (error, addresses) => resolve(error ?? addresses));
  });
}

describe('the guard of what goes out', () => {
  it.each([
    ['http://example.com/', 'plain http to example.com'],
    ['https://127.0.0.1/', 'the private address 127.0.0.1'],
    ['https://0.0.0.0/', 'the private address 0.0.0.0'],
    ['https://[::1]/', 'the private address ::1'],
    ['https://[::ffff:10.0.0.1]/', 'the private address ::ffff:a00:1'],
    ['https://[64:ff9b::7f00:1]/', 'the private address 64:ff9b::7f00:1'],
    ['https://169.254.169.254/', 'the private address 169.254.169.254'],
    ['https://100.64.0.1/', 'the private address 100.64.0.1'],
    ['https://192.168.1.1:8443/', 'the private address 192.168.1.1'],
  ])('refuses %s', (url, what) => {
    expect(() => guard('').isNamed(new URL(url))).toThrow(`refused ${what}`);
  });

  it('lets names and public addresses by, to be looked up when they are connected to', () => {
    expect(guard('').isNamed(new URL('https://example.com/'))).toBe(false);
    expect(guard('').isNamed(new URL('https://1.1.1.1/'))).toBe(false);
  });

  it('knows the hosts that were named, with any port or with one', () => {
    const named = guard('vllm.internal, 127.0.0.1:8000, [::1]:8443');
    expect(named.isNamed(new URL('http://VLLM.internal:1234/'))).toBe(true);
    expect(named.isNamed(new URL('http://127.0.0.1:8000/'))).toBe(true);
    expect(named.isNamed(new URL('https://[::1]:8443/'))).toBe(true);
    expect(() => named.isNamed(new URL('https://127.0.0.1:8001/'))).toThrow('refused');
  });

  it('refuses a name that leads to a private address', async () => {
    expect(await look('localhost')).toMatchObject({
      message: 'refused localhost, which is at a private address',
    });
    // An address is its own name.
    expect(await look('1.1.1.1')).toEqual([{ address: '1.1.1.1', family: 4 }]);
  });
});
