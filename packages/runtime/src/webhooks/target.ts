import { lookup as lookupSystem } from 'node:dns/promises';
import type { BlockList } from 'node:net';
import { type NetworkAddress, parseAddress, reachOf } from './networks.ts';

/** All addresses of a host name, as text. */
export type Lookup = (hostname: string) => Promise<readonly string[]>;

export interface TargetOptions {
  /**
   * Networks in CIDR notation that may be reached although they are not public, such as `10.20.0.0/16` of a plant. Where clouds
   * hand out credentials stays closed.
   */
  readonly allowedNetworks?: readonly string[];
  /** Takes `http:` URLs too, into allowed networks only. Default false. */
  readonly plainHttp?: boolean;
  /** Default: the resolver of the system. Its answer is used once, for the check and for the connection. */
  readonly lookup?: Lookup;
}

/** Why nothing is sent to a URL. */
export type TargetRefusal = 'url-invalid' | 'scheme-forbidden' | 'user-info' | 'address-forbidden';

/** A URL with the addresses that were checked: the connection goes to one of these and to no other. */
export interface PinnedTarget {
  readonly url: URL;
  readonly addresses: readonly [NetworkAddress, ...NetworkAddress[]];
}

const lookupBySystem: Lookup = async (hostname) =>
  (await lookupSystem(hostname, { all: true })).map(({ address }) => address);

/**
 * Checks a URL as it is written and then where its name leads; one address inside is enough to refuse it. Rejects when the name
 * can not be resolved.
 */
export async function pinTarget(
  text: string,
  allowed: BlockList,
  { plainHttp = false, lookup = lookupBySystem }: Pick<TargetOptions, 'plainHttp' | 'lookup'>,
): Promise<PinnedTarget | TargetRefusal> {
  if (!URL.canParse(text)) return 'url-invalid';
  // The parser turns decimal, octal, hexadecimal and shortened IPv4 addresses into the usual form, and refuses zones.
  const url = new URL(text);
  if (url.protocol !== 'https:' && !(plainHttp && url.protocol === 'http:')) return 'scheme-forbidden';
  if (url.username !== '' || url.password !== '') return 'user-info';
  const literal = parseAddress(hostOf(url));
  const found = literal === undefined ? (await lookup(url.hostname)).map(parseAddress) : [literal];
  const addresses = found.filter((address) => address !== undefined);
  const reaches = addresses.map((address) => reachOf(address, allowed));
  if (addresses.length < found.length || reaches.includes('forbidden')) return 'address-forbidden';
  if (url.protocol === 'http:' && reaches.includes('public')) return 'scheme-forbidden';
  const [first, ...others] = addresses;
  if (first === undefined) throw new TypeError('the name has no address');
  return { url, addresses: [first, ...others] };
}

/** Host without the brackets of an IPv6 address. */
export function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[|\]$/g, '');
}
