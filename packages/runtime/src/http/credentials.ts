import type { Client, Token, TokenProvider } from './client.ts';
import type { OperationDescriptor, SchemeUse } from './descriptor.ts';
import { ClientError } from './outcome.ts';
import { addCookies, setHeader } from './parameters.ts';
import { percentEncode } from './text.ts';

/** The credentials of one alternative, with the scheme that each belongs to. */
export type Credentials = readonly (readonly [SchemeUse, Token])[];

/**
 * Chooses the first alternative of the operation's security for which the provider has every token. Without a provider
 * the call goes out as it is and the server decides.
 */
export async function chooseCredentials(client: Client, operation: OperationDescriptor): Promise<Credentials> {
  const { token } = client.config;
  const alternatives = operation.security ?? [];
  if (token === undefined || alternatives.length === 0) return [];
  for (const alternative of alternatives.filter((schemes) => schemes.length > 0)) {
    const credentials: (readonly [SchemeUse, Token])[] = [];
    for (const scheme of alternative) {
      const value = scheme.type === 'mutualTLS' ? '' : await ask(token, scheme, operation);
      if (value === undefined) break;
      credentials.push([scheme, value]);
    }
    if (credentials.length === alternative.length) return credentials;
  }
  if (alternatives.some((schemes) => schemes.length === 0)) return [];
  const names = alternatives.map((schemes) => schemes.map(({ name }) => name).join(' and ')).join(', or ');
  throw new ClientError('credentials-missing', `the token provider has no token for ${names}`, {
    operation: operation.id,
  });
}

async function ask(
  token: TokenProvider,
  scheme: SchemeUse,
  operation: OperationDescriptor,
): Promise<Token | undefined> {
  try {
    return await token(scheme);
  } catch (cause) {
    throw new ClientError('credentials-missing', `the token provider failed for ${scheme.name}`, {
      operation: operation.id,
      cause,
    });
  }
}

function base64(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}

/** `user:password` as RFC 7617 has it; a text with a colon is that pair, any other text is already encoded. */
function basicCredential(token: Token): string {
  if (typeof token === 'string') return token.includes(':') ? base64(token) : token;
  return base64(`${token.username}:${token.password}`);
}

/** Writes credentials into the headers and the query. A header that the caller set by hand stays. */
export function writeCredentials(
  operation: OperationDescriptor,
  credentials: Credentials,
  headers: Headers,
  query: string[],
): void {
  for (const [scheme, token] of credentials) {
    const text = typeof token === 'string' ? token : `${token.username}:${token.password}`;
    if (scheme.type === 'mutualTLS') continue;
    if (scheme.type === 'apiKey' && scheme.key !== undefined) {
      if (scheme.in === 'query') query.push(`${percentEncode(scheme.key)}=${percentEncode(text)}`);
      else if (scheme.in === 'cookie') addCookies(operation, headers, [`${scheme.key}=${percentEncode(text)}`]);
      else setHeader(operation, headers, scheme.key, text);
    } else if (!headers.has('authorization')) {
      const name = scheme.type === 'http' ? (scheme.scheme ?? 'bearer').toLowerCase() : 'bearer';
      const value =
        name === 'basic' ? `Basic ${basicCredential(token)}` : `${name === 'bearer' ? 'Bearer' : name} ${text}`;
      setHeader(operation, headers, 'authorization', value);
    }
  }
}
