import { createHash } from 'node:crypto';
import { isJsonObject, type JsonObject, type JsonValue, member, type Workflow } from '@millwright/contract';

const spoken: ReadonlySet<string> = new Set(['description', 'summary', 'x-compatible-plans', 'x-governance']);

/** Without what is only for people, or says nothing of the steps. */
function bare(object: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([name]) => !spoken.has(name)));
}

/** The same text for the same value, whatever the order of its members. */
function canonical(value: JsonValue): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (!isJsonObject(value)) return JSON.stringify(value);
  const members = Object.keys(value).sort();
  return `{${members.map((name) => `${JSON.stringify(name)}:${canonical(value[name] as JsonValue)}`).join(',')}}`;
}

/**
 * Version of a plan: a hash of all that its workflows and the components of the description say of steps. A run goes on only with the
 * plan that began it, or with one that names it in `x-compatible-plans`.
 */
export function planVersion(workflows: readonly Workflow[], root: JsonValue): string {
  const components = isJsonObject(root) ? member(root, 'components') : undefined;
  const { inputs: _, ...shared } = isJsonObject(components) ? components : {};
  const parts = workflows.map(({ raw, steps }) => {
    const { inputs: __, ...workflow } = bare(raw);
    return canonical({ ...workflow, steps: steps.map((step) => bare(step.raw)) });
  });
  return createHash('sha256')
    .update([...parts.sort(), canonical(shared as JsonObject)].join('\n'))
    .digest('hex')
    .slice(0, 16);
}

/** Versions of which a plan can take runs over. */
export function compatiblePlans({ raw }: Workflow): readonly string[] {
  const list = member(raw, 'x-compatible-plans');
  return Array.isArray(list) ? list.filter((item): item is string => typeof item === 'string') : [];
}
