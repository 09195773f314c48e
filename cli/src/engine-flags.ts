import v8 from 'node:v8';

/** Flags of the engines that were measured; a later one may not know them, and would say so. */
const isMeasured = /^2[2-4]\./.test(process.versions.node);

/**
 * Most objects of a run are soon garbage, what the contract holds lives to the end. Room for young objects that starts at 1 MiB
 * copies the living again and again; room that keeps doubling holds a quarter of the memory for nothing. So it grows once, while
 * the program is loaded, and stays.
 */
export function growYoungSpaceBy(factor: number): void {
  if (isMeasured) v8.setFlagsFromString(`--semi-space-growth-factor=${factor}`);
}

/**
 * Code that is loaded from now on is compiled at its first call, without optimising. A run of a third of a second is over before
 * the interpreter has seen what is called often: generating takes a tenth less. Longer runs take a little more.
 */
export function compileAtOnce(): void {
  if (isMeasured) v8.setFlagsFromString('--always-sparkplug');
}
