import type { Generator } from '@millwright/codegen';
import { client } from './client/index.ts';
import { events } from './events/index.ts';
import { flows } from './flows/index.ts';
import { permissions } from './permissions/index.ts';
import { types } from './types/index.ts';
import { validators } from './validators/index.ts';
import { vocabularies } from './vocabularies/index.ts';

/** The generators of an SDK, in the order in which they run. */
export const generators: readonly Generator[] = [types, validators, client, events, flows, vocabularies];

/** Those that are for operators, and run only when they are named; a test holds both lists against the folders. */
export const operatorGenerators: readonly Generator[] = [permissions];

export type { AdapterOptions, AdapterPart, AdapterSkeleton, SkeletonFile } from './adapter/index.ts';
export { registrationOf, registrationsPath, scaffoldAdapter } from './adapter/index.ts';
export type { FieldOfModel, ModelsSnapshot } from './odoo-models.ts';
export { printOdooModels } from './odoo-models.ts';
