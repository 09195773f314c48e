import type { GeneratorOptions } from '@millwright/codegen';

/** Options of the generators that can refer to the validators' file. */
export interface ValidatedOptions extends GeneratorOptions {
  /** False when the validators are not generated into the same folder: then nothing imports them. Default true. */
  readonly validators?: boolean;
}

/** Specifiers of what a generated module imports. */
export interface ImportPaths {
  readonly runtime: string;
  readonly types: string;
  readonly validators: string | undefined;
}

/** Specifiers seen from a module; `inlineFile` is the runtime's file where it is written beside the output. */
export function importPaths(root: './' | '../', inlineFile: string, options: ValidatedOptions): ImportPaths {
  const { importExtension: extension } = options;
  return {
    runtime: options.runtime === 'inline' ? `${root}runtime/${inlineFile}.${extension}` : options.runtime,
    types: `${root}types.${extension}`,
    validators: options.validators === false ? undefined : `${root}validators.${extension}`,
  };
}
