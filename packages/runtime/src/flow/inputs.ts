import { FlowRefused } from './errors.ts';
import type { AnyPlan } from './frames.ts';

const namedMax = 5;

/** Throws {@link FlowRefused} when the inputs are not what the description asks for. */
export async function checkInputs({ name: flow, inputs: plans, validate }: AnyPlan, inputs: unknown): Promise<void> {
  const refuse = (what: string): never => {
    throw new FlowRefused('inputs-invalid', `inputs of ${flow}: ${what}`);
  };
  if (typeof inputs !== 'object' || inputs === null || Array.isArray(inputs)) refuse('not an object');
  const values = new Map(Object.entries(inputs as object));
  const missing = plans.filter(({ name, required }) => required && values.get(name) === undefined);
  if (missing.length > 0) refuse(`${missing.map(({ name }) => name).join(', ')} missing`);
  if (validate === undefined) return;
  for (const { name, check } of plans) {
    const value: unknown = values.get(name);
    if (check === undefined || value === undefined) continue;
    const violations = await validate(check, value);
    const told = violations.slice(0, namedMax).map(({ pointer, message }) => `/${name}${pointer} ${message}`);
    if (told.length > 0) refuse(told.join('; '));
  }
}
