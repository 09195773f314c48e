import { content } from './policy/content.ts';
import { documents } from './policy/documents.ts';
import { events } from './policy/events.ts';
import { governance } from './policy/governance.ts';
import { meanings } from './policy/meanings.ts';
import { operations } from './policy/operations.ts';
import type { Verdict } from './policy/verdict.ts';

export type { Verdict } from './policy/verdict.ts';

/** The tables by what they are about. */
export const tables = { documents, operations, content, events, governance, meanings } as const;

/**
 * The judgement of what is no schema: one table, by the kind of change, or by direction and kind where it matters which way
 * something travels. What is got may only widen, what is given may only narrow; schemas are judged by proof instead (see
 * judge.ts).
 */
export const policy: Readonly<Record<string, Verdict>> = Object.assign({}, ...Object.values(tables));
