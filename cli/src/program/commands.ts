import { auditCheckpointCommand, auditKeyCommand, auditVerifyCommand } from './audit.ts';
import type { CommandDeclaration } from './command-declaration.ts';
import { diffCommand } from './diff.ts';
import { dlqDiscardCommand, dlqListCommand, dlqReplayCommand, dlqShowCommand } from './dlq.ts';
import { doctorCommand } from './doctor.ts';
import { explainCommand } from './explain.ts';
import { generateCommand } from './generate.ts';
import { initCommand } from './init.ts';
import { lintCommand } from './lint.ts';
import { mockCommand } from './mock.ts';
import { odooIntrospectCommand } from './odoo.ts';
import { reconcileCommand } from './reconcile.ts';
import { releaseCommand } from './release.ts';
import { replayCommand } from './replay.ts';
import { scaffoldAdapterCommand } from './scaffold.ts';
import { simulateCommand } from './simulate.ts';
import { traceCommand } from './trace.ts';
import { validateCommand } from './validate.ts';

/** Every command, in the order in which a newcomer needs them. */
export const commands: readonly CommandDeclaration[] = [
  initCommand,
  lintCommand,
  validateCommand,
  generateCommand,
  mockCommand,
  simulateCommand,
  diffCommand,
  releaseCommand,
  doctorCommand,
  reconcileCommand,
  explainCommand,
  scaffoldAdapterCommand,
  odooIntrospectCommand,
  traceCommand,
  dlqListCommand,
  dlqShowCommand,
  dlqReplayCommand,
  dlqDiscardCommand,
  replayCommand,
  auditVerifyCommand,
  auditCheckpointCommand,
  auditKeyCommand,
];

/** What the commands of two words have in common, by their first word. */
export const commandGroups: Readonly<Record<string, string>> = {
  dlq: 'dead letters: messages that could not be applied',
  scaffold: 'projects that are written once',
  odoo: 'a live Odoo',
  audit: 'the audit trail: whether somebody has changed it',
};

export const programDescription =
  'Contracts for manufacturing connectivity: lint them, generate an SDK from them, validate data against them; and look after the messages.';
