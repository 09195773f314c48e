import { UsageFailure } from '../failure.ts';

/** An address of a server, parted into what its driver and what we read. */
export interface ServerUrl {
  /** For the driver, with its secrets and without what is ours. */
  readonly url: string;
  /** Parameters that are ours, by their names. */
  readonly own: Readonly<Record<string, string>>;
}

/** The address that the variable of `env:NAME` holds; any other address as it is. */
export function fromEnvironment(text: string): string {
  if (!text.startsWith('env:')) return text;
  const name = text.slice('env:'.length);
  const value = process.env[name] ?? '';
  if (value !== '') return value;
  throw new UsageFailure(`The environment variable ${name} is not set`, 'Set it to the address before you run this.');
}

/** Takes the parameters that are ours out of an address. */
export function parseUrl(text: string, names: readonly string[]): ServerUrl {
  if (!URL.canParse(text) || new URL(text).host === '') {
    const [scheme = ''] = text.split(':', 1);
    throw new UsageFailure(
      `An address that begins with ${scheme}: cannot be read`,
      `Write ${scheme}://user:password@host:port; what is special in a password has to be percent-encoded.`,
    );
  }
  const url = new URL(text);
  const own: Record<string, string> = {};
  for (const name of names) {
    const value = url.searchParams.get(name);
    if (value === null) continue;
    own[name] = value;
    url.searchParams.delete(name);
  }
  return { url: url.href, own };
}

/** An address that people may see: without user, password and parameters. */
export function shownUrl(text: string): string {
  const { protocol, host, pathname } = new URL(text);
  return `${protocol}//${host}${pathname === '/' ? '' : pathname}`;
}

/** Replaces the secrets of addresses in a text that somebody else has written, such as the message of a driver. */
export function withoutSecrets(text: string, addresses: readonly string[]): string {
  const secrets = addresses.flatMap((address) => {
    const { protocol, username, password, searchParams } = new URL(address);
    const token = protocol === 'nats:' && password === '' ? username : '';
    const written = [token, password, searchParams.get('password') ?? ''];
    return written.flatMap((secret) => [secret, decoded(secret)]).filter((secret) => secret !== '');
  });
  return secrets.reduce((shown, secret) => shown.replaceAll(secret, '***'), text);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
