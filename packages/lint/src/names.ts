/** `itemNumber`, `odooId2`. */
export function isCamelCase(name: string): boolean {
  return /^[a-z][A-Za-z0-9]*$/.test(name);
}

/** `WorkOrder`. */
export function isPascalCase(name: string): boolean {
  return /^[A-Z][A-Za-z0-9]*$/.test(name);
}

/** `work-order`, `v1`. */
function isKebabCase(name: string): boolean {
  return /^[a-z0-9]+(-[a-z0-9]+)*$/.test(name);
}

/** Words of a path or address that are not in kebab-case; parameters in braces may be anything. */
export function segmentsOutOfCase(template: string): readonly string[] {
  return template
    .replace(/\{[^{}]*\}/g, '/')
    .split(/[/.:]/)
    .filter((segment) => segment !== '' && !isKebabCase(segment));
}
