import { BlockList, isIP } from 'node:net';

/** Addresses of either version, given one by one or as CIDR ranges. */
export interface AddressRanges {
  /** An address of IPv4 may be written as one of IPv6. What is no address is in no range. */
  has(address: string): boolean;
}

const PREFIX_MAX = { 4: 32, 6: 128 } as const;

/** Whether the text is an address or a range, e.g. `203.0.113.7`, `10.0.0.0/8`, `2001:db8::/32`. */
export function isAddressRange(text: string): boolean {
  return parseRange(text) !== undefined;
}

/** @throws {RangeError} for what `isAddressRange` is false for. */
export function addressRanges(texts: readonly string[]): AddressRanges {
  const list = new BlockList();
  for (const text of texts) {
    const range = parseRange(text);
    if (!range) throw new RangeError(`${text} is no address and no range of addresses`);
    list.addSubnet(range.address, range.prefix, range.version === 4 ? 'ipv4' : 'ipv6');
  }
  return {
    has(address) {
      const version = isIP(address);
      return version !== 0 && list.check(address, version === 4 ? 'ipv4' : 'ipv6');
    },
  };
}

function parseRange(text: string): { address: string; prefix: number; version: 4 | 6 } | undefined {
  const [, address = '', digits] = /^([0-9A-Fa-f:.]+)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const version = isIP(address);
  if (version !== 4 && version !== 6) return undefined;
  const prefix = digits === undefined ? PREFIX_MAX[version] : Number(digits);
  return prefix > PREFIX_MAX[version] ? undefined : { address, prefix, version };
}
