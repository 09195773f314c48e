/** What a generated function knows about its operation: plain data, so that a thousand operations load fast. */
export interface OperationDescriptor {
  readonly id: string;
  /** Upper-case HTTP method. */
  readonly method: string;
  /** Path template such as `/items/{itemNumber}`. */
  readonly path: string;
  readonly parameters?: readonly ParameterDescriptor[];
  /** Media types that the request body may have, the preferred one first. */
  readonly body?: readonly BodyDescriptor[];
  /** By status: `200`, `4XX` or `default`. */
  readonly responses: Readonly<Record<string, readonly MediaDescriptor[]>>;
  /** Roles that may call it by `x-governance`; absent where the contract does not say. */
  readonly roles?: readonly string[];
  /** Alternatives; each is a conjunction of schemes; an empty one permits anonymous calls. */
  readonly security?: readonly (readonly SchemeUse[])[];
}

export interface ParameterDescriptor {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header' | 'cookie' | 'querystring';
  /** Default: `simple` in path and header, `form` in query and cookie (OpenAPI 3.1, section 4.8.12.2). */
  readonly style?: string;
  /** Default: true for the styles `form`, `cookie` and `deepObject`, else false. */
  readonly explode?: boolean;
  readonly allowReserved?: boolean;
  /** Media type that serialises the value in place of a style. */
  readonly content?: string;
}

export interface BodyDescriptor {
  readonly type: string;
  /** Encoding Object of each property, for forms. */
  readonly encoding?: Readonly<Record<string, PropertyEncoding>>;
}

export interface PropertyEncoding {
  readonly contentType?: string;
  readonly style?: string;
  readonly explode?: boolean;
  readonly allowReserved?: boolean;
}

/** A media type and the name under which its content is checked. */
export type MediaDescriptor = readonly [type: string, schema?: string];

/** A security scheme as one operation uses it. */
export interface SchemeUse {
  readonly name: string;
  /** `http`, `apiKey`, `oauth2`, `openIdConnect` or `mutualTLS`. */
  readonly type: string;
  /** HTTP authentication scheme, such as `bearer` or `basic`. */
  readonly scheme?: string;
  /** Where an API key travels. */
  readonly in?: 'header' | 'query' | 'cookie';
  /** Name of the header, query parameter or cookie of an API key. */
  readonly key?: string;
  readonly scopes?: readonly string[];
}

/** Arguments of a call by the place in which they travel. */
export interface OperationInput {
  readonly path?: object | undefined;
  readonly query?: object | undefined;
  readonly headers?: object | undefined;
  readonly cookies?: object | undefined;
  readonly querystring?: unknown;
  readonly body?: unknown;
  /** Media type of the body where the operation takes several. */
  readonly contentType?: string | undefined;
}
