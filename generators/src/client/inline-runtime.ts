import { checkGeneratedPath, type GeneratedFile, type GeneratorOptions } from '@millwright/codegen';

const notice = '/* Part of the Millwright runtime (Apache-2.0), written by `runtime: inline`. Do not edit. */\n';

/** The runtime's files beside the output; nothing where the package is imported instead. */
export function inlineRuntime(
  sources: readonly (readonly [path: string, text: string])[],
  { runtime, importExtension }: GeneratorOptions,
): readonly GeneratedFile[] {
  if (runtime !== 'inline') return [];
  return sources.map(([path, text]) => ({
    path: checkGeneratedPath(`runtime/${path}`),
    content: notice + withExtension(text, importExtension),
    sources: [],
  }));
}

/** Text of a runtime file with the extension that the project's imports have. */
function withExtension(text: string, extension: 'js' | 'ts'): string {
  return extension === 'ts' ? text : text.replace(/(from '\.{1,2}\/[^']+)\.ts'/g, "$1.js'");
}
