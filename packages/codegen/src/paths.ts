import { toKebabCase } from './identifiers.ts';

// Names that Windows gives to devices, and names that tools read as their configuration.
const deviceNames = /^(con|prn|aux|nul|clock|com[0-9]|lpt[0-9])$/;

/** A file or folder name made of a name of the contract: lower-case ASCII, no dots, no separators, no device name. */
export function pathSegment(name: string): string {
  const kebab = toKebabCase(name);
  return deviceNames.test(kebab) || kebab === 'node-modules' ? `${kebab}-file` : kebab;
}

/** Checks a path that a generator wrote: relative, plain segments, no way out. Anything else is a bug of ours. */
export function checkGeneratedPath(path: string): string {
  const plain = path.split('/').every((segment) => /^[a-z0-9][a-z0-9-]*(\.[a-z0-9-]+)*$/.test(segment));
  if (!plain) throw new Error(`invariant: generated path ${JSON.stringify(path)} is not plain`);
  return path;
}
