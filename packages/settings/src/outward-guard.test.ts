import { lookup } from 'node:dns';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { outwardGuard } from './outward-guard.ts';
import { privateHosts } from './private-hosts.ts';

const guard = (list: string) =>
  outwardGuard(privateHosts.parse(list), (what) => new Error(`refused ${what}`));

function look(hostname: string) {
  return new Promise<unknown>((resolve) => {
    guard('').lookupPublic(hostname, { all: true }, (error, addresses) => resolve(error ?? addresses));
  });
}

vi.mock('node:dns', async (original) => {
  const real = await original<{ lookup: typeof lookup }>();
  return { ...real, lookup: vi.fn<typeof lookup>(real.lookup) };
});

/** Gives a name these addresses, one after the other, each time that it is looked up; the last one stays. */
function answerWith(...answers: readonly (readonly string[])[]): void {
  let asked = 0;
  const standIn = (_name: string, _options: unknown, callback: (...args: unknown[]) => void) => {
    const addresses = answers[Math.min(asked, answers.length - 1)] ?? [];
    asked += 1;
    callback(
      null,
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    );
  };
  vi.mocked(lookup).mockImplementation(standIn as unknown as typeof lookup);
  onTestFinished(() => void vi.mocked(lookup).mockReset());
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
    ['https://[::127.0.0.1]/', 'the private address ::7f00:1'],
    ['https://[::2]/', 'the private address ::2'],
    ['https://[4000::1]/', 'the private address 4000::1'],
    ['https://[2002:7f00:1::]/', 'the private address 2002:7f00:1::'],
    ['https://[2001::7f00:1]/', 'the private address 2001::7f00:1'],
    ['https://[2001:db8::1]/', 'the private address 2001:db8::1'],
    ['https://[3fff::1]/', 'the private address 3fff::1'],
    ['https://[fd00::1]/', 'the private address fd00::1'],
    ['https://[fe80::1]/', 'the private address fe80::1'],
    ['https://168.63.129.16/', 'the private address 168.63.129.16'],
    ['https://[::ffff:168.63.129.16]/', 'the private address ::ffff:a83f:8110'],
    ['https://192.168.1.1:8443/', 'the private address 192.168.1.1'],
  ])('refuses %s', (url, what) => {
    expect(() => guard('').isNamed(new URL(url))).toThrow(`refused ${what}`);
  });

  it('lets names and public addresses by, to be looked up when they are connected to', () => {
    expect(guard('').isNamed(new URL('https://example.com/'))).toBe(false);
    expect(guard('').isNamed(new URL('https://1.1.1.1/'))).toBe(false);
    expect(guard('').isNamed(new URL('https://[2606:4700:4700::1111]/'))).toBe(false);
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

  it('judges each answer of a name anew: one that was public before is refused when it turns private', async () => {
    answerWith(['1.1.1.1'], ['10.0.0.7'], ['1.1.1.1', '10.0.0.7', '::1']);
    expect(await look('turns.test')).toEqual([{ address: '1.1.1.1', family: 4 }]);
    expect(await look('turns.test')).toMatchObject({ message: expect.stringContaining('refused') });
    expect(await look('turns.test')).toEqual([{ address: '1.1.1.1', family: 4 }]);
  });

  it('judges the very answer that is connected to', async () => {
    let connections = 0;
    const server = createServer((socket) => {
      connections += 1;
      socket.destroy();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;

    // Public to whoever asked before, private to whoever connects.
    answerWith(['1.1.1.1'], ['127.0.0.1']);
    expect(await look('turns.test')).toEqual([{ address: '1.1.1.1', family: 4 }]);
    const socket = connect({ host: 'turns.test', port, lookup: guard('').lookupPublic });
    const [error] = (await once(socket, 'error')) as [Error];
    expect(error.message).toBe('refused turns.test, which is at a private address');
    expect(connections).toBe(0);

    // It would have been there.
    await once(connect({ host: '127.0.0.1', port }), 'close');
    expect(connections).toBe(1);
  });
});
