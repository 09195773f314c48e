import type { Called } from './exchange.ts';
import { OdooError, type OdooErrorCode } from './odoo-error.ts';
import { membersOf, type OdooValue } from './protocol.ts';

/** What Odoo tells of an exception. `debug`, its traceback, is deliberately not read. */
interface ServerError {
  readonly name: string;
  readonly message: string;
}

/** By the last part of the exception's class: its module changes from version to version. */
const codes: Readonly<Record<string, OdooErrorCode>> = {
  AccessDenied: 'unauthorised',
  Unauthorized: 'unauthorised',
  SessionExpiredException: 'unauthorised',
  AccessError: 'forbidden',
  Forbidden: 'forbidden',
  MissingError: 'missing',
  NotFound: 'unknown-method',
  UserError: 'validation',
  ValidationError: 'validation',
  RedirectWarning: 'validation',
  UnprocessableEntity: 'wrong-field',
  ConcurrencyError: 'conflict',
  LockError: 'conflict',
  SerializationFailure: 'conflict',
  DeadlockDetected: 'conflict',
  LockNotAvailable: 'conflict',
  TransactionRollbackError: 'conflict',
};

/** Python's own exceptions say only by their text what was wrong with the call. */
const texts: readonly (readonly [RegExp, OdooErrorCode])[] = [
  [
    /^Invalid (field|domain|leaf|operator in condition) |^Domain\(\) invalid |^Wrong (container )?value |unexpected keyword argument|required positional argument/,
    'wrong-field',
  ],
  [/^Object .+ doesn't exist$|^The method .+ does not exist$|has no attribute /, 'unknown-method'],
  [/FATAL: +database "[^"]*" does not exist/, 'unauthorised'],
];

/** Written for users of Odoo, so fit to be passed on; the text of other exceptions may hold rows and statements. */
const speaking: ReadonlySet<OdooErrorCode> = new Set([
  'forbidden',
  'missing',
  'validation',
  'wrong-field',
  'unknown-method',
]);
const messageLengthMax = 500;

/**
 * The typed error for an exception that Odoo has answered with. Those with a name here are raised inside the transaction, which is then
 * rolled back; any other may come from what runs after the commit (hooks, signals, writing the answer).
 */
export function serverError(body: OdooValue, called: Called, status: number): OdooError {
  const { name, message } = readServerError(body);
  const code = codeOf(name, message);
  const text = speaking.has(code) ? message : wordings[code];
  return new OdooError(code, text ?? `the server failed with ${name}`, {
    ...called,
    happened: code === 'server' ? 'unknown' : 'no',
    serverName: name,
    status,
  });
}

const wordings: { readonly [Code in OdooErrorCode]?: string } = {
  conflict: 'another transaction holds or has changed the same records',
  unauthorised: 'the key, the login or the database is wrong, or the key has expired',
};

function readServerError(body: OdooValue): ServerError {
  const { name, message } = membersOf(body);
  return {
    name: typeof name === 'string' ? name.slice(0, 200) : 'an error without a name',
    message: typeof message === 'string' ? shortened(message) : '',
  };
}

/** Some exceptions carry the text of the one that caused them, traceback and all. */
function shortened(message: string): string {
  const [told = ''] = message.split('Traceback (most recent call last)', 1);
  return told.trim().slice(0, messageLengthMax);
}

function codeOf(name: string, message: string): OdooErrorCode {
  const byText = texts.find(([pattern]) => pattern.test(message))?.[1];
  return byText ?? codes[name.slice(name.lastIndexOf('.') + 1)] ?? 'server';
}
