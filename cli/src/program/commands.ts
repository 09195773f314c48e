import type { CommandDeclaration } from './command-declaration.ts';
import { diffCommand } from './diff.ts';
import { doctorCommand } from './doctor.ts';
import { explainCommand } from './explain.ts';
import { generateCommand } from './generate.ts';
import { initCommand } from './init.ts';
import { lintCommand } from './lint.ts';
import { reconcileCommand } from './reconcile.ts';
import { releaseCommand } from './release.ts';
import { validateCommand } from './validate.ts';

/** Every command, in the order in which a newcomer needs them. */
export const commands: readonly CommandDeclaration[] = [
  initCommand,
  lintCommand,
  validateCommand,
  generateCommand,
  diffCommand,
  releaseCommand,
  doctorCommand,
  reconcileCommand,
  explainCommand,
];

export const programDescription =
  'Contracts for manufacturing connectivity: lint them, generate an SDK from them, validate data against them.';
