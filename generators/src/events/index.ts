import {
  byCodeUnits,
  type Code,
  checkGeneratedPath,
  code,
  fileHeader,
  type Generator,
  identifier,
  join,
  nothing,
  stringLiteral,
  toCamelCase,
} from '@millwright/codegen';
import type { Contract } from '@millwright/contract';
import { importPaths, type ValidatedOptions } from '../client/import-paths.ts';
import { inlineRuntime } from '../client/inline-runtime.ts';
import { sharedNames } from '../client/naming.ts';
import { exportsOf } from '../client/roof.ts';
import { createTypePrinter } from '../types/type-printer.ts';
import { printModule, runtimeExports } from './module.ts';
import { type EventsModule, eventsModules } from './naming.ts';
import { runtimeSources } from './runtime-source.ts';
import { upcastOf } from './upcast.ts';

const functionsOf = ({ uses }: EventsModule): readonly string[] =>
  uses.map(({ functionName }) => functionName).sort(byCodeUnits);
const typesOf = ({ uses }: EventsModule): readonly string[] => uses.map(({ inputName }) => inputName).sort(byCodeUnits);

/** `events.ts` over several domains: every function and type under one roof. */
function printRoof(modules: readonly EventsModule[], options: ValidatedOptions): Code {
  const [first] = modules;
  if (first === undefined) return nothing;
  const shared = sharedNames(modules.map((module) => [...functionsOf(module), ...typesOf(module)]));
  const specifier = (module: EventsModule): string =>
    `./${module.path.replace(/\.ts$/, '')}.${options.importExtension}`;
  const parts = modules.flatMap((module) => [
    exportsOf(code`type `, typesOf(module), module.prefix, shared, specifier(module)),
    exportsOf(nothing, functionsOf(module), module.prefix, shared, specifier(module)),
  ]);
  const lists = modules.map((module) => ({ module, list: identifier(`${toCamelCase(module.prefix)}Messages`) }));
  const imports = lists.map(
    ({ module, list }) => code`import { messageDescriptors as ${list} } from ${stringLiteral(specifier(module))};\n`,
  );
  const { runtime } = importPaths('./', 'events', options);
  const titles = modules.map(({ entry }) => `${entry.title} ${entry.version}`);
  return code`${fileHeader(titles.join(', '), '')}
import type { MessageDescriptor } from ${stringLiteral(runtime)};
${join(imports, '')}
${runtimeExports(runtime)}export { createBus } from ${stringLiteral(specifier(first))};
${join(parts, '')}
/** What the contract says of all messages, such as for \`messages\` of \`createMessaging\`. */
export const messageDescriptors: readonly MessageDescriptor[] = /* @__PURE__ */ [${join(
    lists.map(({ list }) => list),
    ', ',
  )}].flat();
`;
}

function generateEvents(contract: Contract, options: ValidatedOptions): ReturnType<Generator['generate']> {
  const modules = eventsModules(contract, options.role);
  if (modules.length === 0) return [[], []];
  const sources = contract.documents.map(({ file }) => file);
  const files = modules.map((module) => ({
    path: checkGeneratedPath(module.path),
    content: printModule(
      module,
      contract,
      createTypePrinter(contract, options),
      importPaths(module.root, 'events', options),
    ),
    sources,
  }));
  const roof = modules.length > 1 ? [{ path: 'events.ts', content: printRoof(modules, options), sources }] : [];
  const subscribed = new Set(
    modules.flatMap(({ uses }) => uses.filter(({ action }) => action === 'subscribe').map(({ message }) => message)),
  );
  const told = [...subscribed].flatMap((message) => upcastOf(message, contract)[1]);
  return [[...files, ...roof, ...inlineRuntime(runtimeSources, options)], told];
}

/**
 * A publish or subscribe function per message, for the application that the document describes: `send` publishes,
 * `receive` subscribes. AsyncAPI 2 says it from the other side: its `publish` is what the application receives.
 */
export const events: Generator = {
  name: 'events',
  description: 'Typed publish and subscribe functions per message, checked at both ends',
  generate: generateEvents,
};
