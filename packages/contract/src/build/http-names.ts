/** Fixed operation members of a path item, in the order of the specification (OpenAPI 3.2, section 4.9). */
export const httpMethods = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace', 'query'] as const;

/** RFC 9110 token. */
export function isToken(name: string): boolean {
  return /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name);
}

/** RFC 9110 media type or range with optional parameters. */
export function isMediaType(name: string): boolean {
  return (
    /^[!#$&^_.+*0-9A-Za-z-]+\/[!#$&^_.+*0-9A-Za-z-]+(\s*;\s*[!#$%&'*+.^_`|~0-9A-Za-z-]+=([!#$%&*+.^_`|~0-9A-Za-z/:-]+|"[^"\\\r\n]*"))*\s*;?$/.test(
      name,
    ) || name === '*'
  );
}

/** Key of a Responses Object. */
export function isStatus(name: string): boolean {
  return /^([1-5]\d\d|[1-5]XX|default)$/i.test(name);
}
