import { BlockList, isIP, isIPv6 } from 'node:net';

/** An address as a socket takes it. */
export interface NetworkAddress {
  readonly address: string;
  readonly family: 4 | 6;
}

/** `allowed`: by the list of the caller. `public`: anybody on the internet can be reached there. */
export type Reach = 'public' | 'allowed' | 'forbidden';

// IANA special-purpose address registry for IPv4: what is not globally reachable, multicast, and what is withdrawn or reserved.
const specialIpv4 = networksOf([
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
]);

/** Of IPv6 only global unicast is public (RFC 4291, section 2.4), without what IANA took out of it, Teredo and 6to4 included. */
const globalIpv6 = networksOf(['2000::/3']);
const specialIpv6 = networksOf(['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20']);

/** Where clouds hand out the credentials of a machine. No list of a caller opens these. */
const metadata = networksOf([
  '169.254.169.254/32',
  '169.254.170.2/32',
  '168.63.129.16/32',
  '100.100.100.200/32',
  '192.0.0.192/32',
  'fd00:ec2::254/128',
]);

/** Networks in CIDR notation. Throws TypeError for what is none. */
export function networksOf(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [, address = '', prefix = ''] = /^([0-9a-f.:]+)\/(\d{1,3})$/i.exec(network) ?? [];
    const family = isIP(address);
    if (family === 0 || Number(prefix) > (family === 4 ? 32 : 128))
      throw new TypeError(`${JSON.stringify(network)} is not a network such as 10.20.0.0/16`);
    list.addSubnet(address, Number(prefix), family === 4 ? 'ipv4' : 'ipv6');
  }
  return list;
}

/** Undefined for what is no address, and for one with a zone, which means another network on every machine. */
export function parseAddress(text: string): NetworkAddress | undefined {
  const family = isIP(text);
  return family === 0 || text.includes('%') ? undefined : { address: text, family: family === 4 ? 4 : 6 };
}

/** How far an address is from the inside of somebody's network. */
export function reachOf({ address }: NetworkAddress, allowed: BlockList): Reach {
  const meant = embeddedIpv4(address) ?? address;
  const family = isIPv6(meant) ? 'ipv6' : 'ipv4';
  if (metadata.check(meant, family)) return 'forbidden';
  if (allowed.check(meant, family)) return 'allowed';
  const isPublic =
    family === 'ipv4'
      ? !specialIpv4.check(meant, family)
      : globalIpv6.check(meant, family) && !specialIpv6.check(meant, family);
  return isPublic ? 'public' : 'forbidden';
}

/** The IPv4 address that an IPv6 address leads to: mapped (::ffff:0:0/96) or translated (64:ff9b::/96, RFC 6052). */
function embeddedIpv4(address: string): string | undefined {
  if (!isIPv6(address)) return undefined;
  const groups = groupsOf(address);
  const prefix = groups.slice(0, 6).join(':');
  if (prefix !== '0:0:0:0:0:ffff' && prefix !== '64:ff9b:0:0:0:0') return undefined;
  const bytes = groups.slice(6).flatMap((group) => {
    const value = Number.parseInt(group, 16);
    return [value >> 8, value & 255];
  });
  return bytes.join('.');
}

/** The eight groups of an IPv6 address, in hexadecimal without leading zeros. */
function groupsOf(address: string): readonly string[] {
  // The URL parser writes every form of an address in one way.
  const [left = '', right] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::');
  const groups = (text: string): readonly string[] => (text === '' ? [] : text.split(':'));
  if (right === undefined) return groups(left);
  const zeros = 8 - groups(left).length - groups(right).length;
  return [...groups(left), ...Array.from({ length: zeros }, () => '0'), ...groups(right)];
}
