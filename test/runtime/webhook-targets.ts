/** Addresses inside somebody's network, or nobody's: none of them may be reached from a URL that a stranger chose. */
export const hostileIpv4: readonly string[] = [
  '0.0.0.0',
  '0.1.2.3',
  '10.0.0.1',
  '10.255.255.255',
  '100.64.0.1',
  '100.100.100.200',
  '127.0.0.1',
  '127.1.2.3',
  '168.63.129.16',
  '169.254.169.254',
  '169.254.170.2',
  '172.16.0.1',
  '172.31.255.255',
  '192.0.0.192',
  '192.0.2.1',
  '192.88.99.1',
  '192.168.1.1',
  '198.18.0.1',
  '198.19.255.255',
  '198.51.100.1',
  '203.0.113.1',
  '224.0.0.1',
  '239.255.255.255',
  '240.0.0.1',
  '255.255.255.255',
];

export const hostileIpv6: readonly string[] = [
  '::',
  '::1',
  '0:0:0:0:0:0:0:1',
  '::7f00:1',
  '::127.0.0.1',
  '::ffff:0:127.0.0.1',
  '64:ff9b:1::1',
  '64:ff9b:1:fffe::8.8.8.8',
  '100::1',
  '2001::1',
  '2001:0:4136:e378:8000:63bf:3fff:fdd2',
  '2001:2::1',
  '2001:20::1',
  '2001:db8::1',
  '2002:7f00:1::',
  '2002:a9fe:a9fe::1',
  '3fff::1',
  '5f00::1',
  'fc00::1',
  'fd00:ec2::254',
  'fdff:ffff::1',
  'fe80::1',
  'febf::1',
  'fec0::1',
  'ff02::1',
  'ff0e::1',
];

const bytesOf = (address: string): readonly number[] => address.split('.').map(Number);
const numberOf = (address: string): number => bytesOf(address).reduce((sum, byte) => sum * 256 + byte, 0);
const hexadecimal = (value: number, digits: number): string => value.toString(16).padStart(digits, '0');
const groups = (address: string): string => {
  const digits = hexadecimal(numberOf(address), 8);
  return `${digits.slice(0, 4)}:${digits.slice(4)}`;
};

/** Ways to write an IPv4 address as the host of a URL. */
export const ipv4Hosts: Readonly<Record<string, (address: string) => string>> = {
  dotted: (address) => address,
  'with a dot at the end': (address) => `${address}.`,
  decimal: (address) => String(numberOf(address)),
  hexadecimal: (address) => `0x${hexadecimal(numberOf(address), 8)}`,
  octal: (address) => `0${numberOf(address).toString(8)}`,
  'octal bytes': (address) =>
    bytesOf(address)
      .map((byte) => `0${byte.toString(8)}`)
      .join('.'),
  'hexadecimal bytes': (address) =>
    bytesOf(address)
      .map((byte) => `0x${byte.toString(16)}`)
      .join('.'),
  shortened: (address) => {
    const [first = 0, ...others] = bytesOf(address);
    return `${first}.${others.reduce((sum, byte) => sum * 256 + byte, 0)}`;
  },
  'percent-encoded': (address) => address.replace(/\d/g, (digit) => `%3${digit}`),
  'full-width digits': (address) => address.replace(/\d/g, (digit) => String.fromCodePoint(0xff10 + Number(digit))),
  'ideographic full stops': (address) => address.replaceAll('.', '。'),
  ...Object.fromEntries(
    Object.entries(ipv6Forms()).map(([name, form]) => [name, (address: string) => `[${form(address)}]`]),
  ),
};

/** Ways to lead to an IPv4 address by an IPv6 address, as a name server may answer too. */
export function ipv6Forms(): Readonly<Record<string, (address: string) => string>> {
  return {
    'mapped, dotted': (address) => `::ffff:${address}`,
    'mapped, hexadecimal': (address) => `::FFFF:${groups(address)}`,
    'mapped, in full': (address) => `0000:0000:0000:0000:0000:ffff:${groups(address)}`,
    'NAT64, dotted': (address) => `64:ff9b::${address}`,
    'NAT64, hexadecimal': (address) => `64:ff9b:0:0:0:0:${groups(address)}`,
  };
}

/** URLs that are refused for another reason than where they lead. */
export const hostileUrls: readonly (readonly [string, string])[] = [
  ['', 'url-invalid'],
  ['hooks.example', 'url-invalid'],
  ['//hooks.example/', 'url-invalid'],
  ['https://', 'url-invalid'],
  ['https://256.1.1.1/', 'url-invalid'],
  ['https://[::1/', 'url-invalid'],
  ['https://[fe80::1%25eth0]/', 'url-invalid'],
  ['https://[fe80::1%eth0]/', 'url-invalid'],
  ['https://hooks.example:99999/', 'url-invalid'],
  ['https://a b.example/', 'url-invalid'],
  ['http://hooks.example/', 'scheme-forbidden'],
  ['HTTP://hooks.example/', 'scheme-forbidden'],
  ['ftp://hooks.example/', 'scheme-forbidden'],
  ['file:///etc/passwd', 'scheme-forbidden'],
  ['gopher://127.0.0.1:6379/_x', 'scheme-forbidden'],
  ['data:text/plain,x', 'scheme-forbidden'],
  ['javascript:alert(1)', 'scheme-forbidden'],
  ['unix:///run/docker.sock', 'scheme-forbidden'],
  ['https://user@hooks.example/', 'user-info'],
  ['https://user:secret@hooks.example/', 'user-info'],
  ['https://hooks.example:443@127.0.0.1/', 'user-info'],
  ['https://:x@hooks.example/', 'user-info'],
];

/** Answers of name servers to a harmless name. */
export const hostileAnswers: readonly (readonly string[])[] = [
  ['8.8.8.8', '127.0.0.1'],
  ['2606:4700::1111', '10.0.0.1'],
  ['2606:4700::1111', '::1'],
  ['fe80::1%eth0'],
  ['2606:4700::1111%eth0'],
  ['0177.0.0.1'],
  ['2130706433'],
  ['not an address'],
  [''],
];
