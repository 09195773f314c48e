import type { Generator } from '@millwright/codegen';
import { client } from './client/index.ts';
import { events } from './events/index.ts';
import { flows } from './flows/index.ts';
import { types } from './types/index.ts';
import { validators } from './validators/index.ts';

/** Every generator, in the order in which they run; a test holds the list against the folders. */
export const generators: readonly Generator[] = [types, validators, client, events, flows];
