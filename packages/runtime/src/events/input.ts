export interface PublishInput {
  readonly data?: unknown;
  readonly headers?: object | undefined;
  readonly parameters?: Readonly<Record<string, string | undefined>> | undefined;
  /** Overrides the address of the contract, such as the reply-to of a request. */
  readonly address?: string | undefined;
  /** The message that this one reacts to: hands on correlation and trace. */
  readonly cause?: Cause | undefined;
}

/** A received message as far as a message that reacts to it looks at it. */
export interface Cause {
  readonly headers: object;
  readonly data?: unknown;
}

/** Value at a runtime expression `$message.header#/a` or `$message.payload#/a/b` (AsyncAPI 3.0, runtime expressions). */
export function valueAt(expression: string, data: unknown, headers: unknown): unknown {
  const match = /^\$message\.(header|payload)#(\/.*)?$/.exec(expression);
  if (match === null) return undefined;
  const tokens = match[2] === undefined ? [] : match[2].slice(1).split('/');
  return tokens
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce<unknown>(
      (value, token) =>
        typeof value === 'object' && value !== null && Object.hasOwn(value, token)
          ? (value as Record<string, unknown>)[token]
          : undefined,
      match[1] === 'header' ? headers : data,
    );
}
