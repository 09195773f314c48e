import { type Code, code, identifier, join, stringLiteral } from '@millwright/codegen';
import type { Contract, Role } from '@millwright/contract';
import { type ModelsSnapshot, printOdooModels } from '../odoo-models.ts';
import { type AdapterPart, adapterParts } from './parts.ts';
import { printPart, type SkeletonFile } from './print-part.ts';
import { printProject } from './print-project.ts';

export interface AdapterOptions {
  /** The system that is connected, such as `odoo`. */
  readonly system: string;
  readonly role: Role;
  /** Package with the types and events of the contract, such as `@millwright/sdk`. */
  readonly sdk: string;
  /** Models of an Odoo database, for the system's side of the mappings. */
  readonly snapshot?: ModelsSnapshot;
}

/** A project that is written once, and which of its files belongs to which event. */
export interface AdapterSkeleton {
  readonly project: readonly SkeletonFile[];
  readonly parts: readonly (AdapterPart & { readonly files: readonly SkeletonFile[] })[];
}

/** File whose array names every handler; what is registered is told by its imports. */
export const registrationsPath = 'src/registrations.ts';

/** A project that connects a system by what its role may consume and publish. Same contract and options, same bytes. */
export function scaffoldAdapter(contract: Contract, options: AdapterOptions): AdapterSkeleton {
  const { system, sdk, role, snapshot } = options;
  const parts = adapterParts(contract, role);
  const models =
    snapshot === undefined ? [] : [{ path: 'src/odoo-models.ts', content: printOdooModels(snapshot) as Code }];
  return {
    project: [
      ...printProject({ system, sdk, role, parts, hasModels: snapshot !== undefined }),
      { path: registrationsPath, content: printRegistrations(parts) },
      ...models,
    ],
    parts: parts.map((part) => ({ ...part, files: printPart(part, sdk) })),
  };
}

/** The export and the module of a handler, seen from the registrations. */
export function registrationOf({ name, file }: AdapterPart): { readonly name: string; readonly module: string } {
  return { name: `handle${name}`, module: `./handlers/${file}.ts` };
}

function printRegistrations(parts: readonly AdapterPart[]): Code {
  const handlers = parts.filter(({ direction }) => direction === 'consume').map(registrationOf);
  const imports = handlers.map(
    ({ name, module }) => code`import { ${identifier(name)} } from ${stringLiteral(module)};\n`,
  );
  const entries = handlers.map(({ name }) => code`  ${identifier(name)},\n`);
  return code`import type { Handle } from './adapter.ts';
${join(imports, '')}
/** Every event that is consumed. \`millwright scaffold adapter --sync\` adds to it. */
export const registrations: readonly Handle[] = [
${join(entries, '')}];
`;
}

export type { AdapterPart } from './parts.ts';
export type { SkeletonFile } from './print-part.ts';
