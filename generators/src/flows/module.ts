import {
  type Code,
  code,
  comment,
  fileHeader,
  identifier,
  indent,
  join,
  key,
  literal,
  type NameScope,
  nothing,
  sortedBy,
  stringLiteral,
  toCamelCase,
  toPascalCase,
} from '@millwright/codegen';
import { type ContractEntry, isJsonObject, parsePointer, type Workflow } from '@millwright/contract';
import type { Printing, SchemaPrinter } from '../client/printing.ts';
import { propertiesOf, requiredOf } from '../client/shape.ts';
import { contentChecks } from '../validators/content-checks.ts';
import type { CompiledWorkflow } from './compile-workflow.ts';
import type { Description } from './context.ts';
import { type CallFunction, type EventFunction, eventName, type StepFunction } from './functions.ts';
import { importsCode, type ModulePaths } from './imports.ts';
import { outputType, typeCode } from './output-types.ts';
import { compatiblePlans, planVersion } from './version.ts';

/** A workflow with the names that the module gives it. */
interface NamedWorkflow extends CompiledWorkflow {
  readonly planName: string;
  readonly workflowName: string;
  readonly inputsName: string;
  readonly outputsName: string;
  readonly bindingsName: string;
  readonly clientsName: string;
  readonly bindName: string;
  /** Itself and all that it can reach, by id. */
  readonly closure: readonly CompiledWorkflow[];
  /** What their steps call, by name. */
  readonly functions: readonly StepFunction[];
}

export interface FlowsModule {
  readonly entry: ContractEntry;
  readonly description: Description;
  readonly workflows: readonly CompiledWorkflow[];
  readonly scope: NameScope;
}

function nameWorkflows({ workflows, scope }: FlowsModule): readonly NamedWorkflow[] {
  const byId = new Map(workflows.map((compiled) => [compiled.workflow.id, compiled]));
  return workflows.map((compiled) => {
    const planName = scope.claim(toCamelCase(compiled.workflow.id));
    const pascal = toPascalCase(planName);
    const closure = sortedBy(reachable(compiled, byId), ({ workflow }) => workflow.id);
    const functions = new Set(closure.flatMap(({ compilation }) => [...compilation.functions]));
    return {
      ...compiled,
      ...{ planName, closure, functions: sortedBy(functions, ({ alias }) => alias) },
      workflowName: scope.claim(`${planName}Workflow`),
      inputsName: scope.claim(`${pascal}Inputs`),
      outputsName: scope.claim(`${pascal}Outputs`),
      bindingsName: scope.claim(`${pascal}Bindings`),
      clientsName: scope.claim(`${pascal}Clients`),
      bindName: scope.claim(`bind${pascal}`),
    };
  });
}

function reachable(
  start: CompiledWorkflow,
  byId: ReadonlyMap<string, CompiledWorkflow>,
): ReadonlySet<CompiledWorkflow> {
  const found = new Set<CompiledWorkflow>();
  const waiting = [start];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (found.has(next)) continue;
    found.add(next);
    waiting.push(...[...next.compilation.reaches].flatMap((id) => byId.get(id) ?? []));
  }
  return found;
}

const isCall = (used: StepFunction): used is CallFunction => used.kind === 'call';
const isSubscribe = (used: StepFunction): used is EventFunction => used.kind === 'subscribe';

function typesCode({ description }: FlowsModule, named: NamedWorkflow, printing: Printing): Code {
  const { workflow, inputsName, outputsName } = named;
  const inputs =
    workflow.inputs === undefined ? code`Readonly<Record<string, unknown>>` : printing.print(workflow.inputs, 'write');
  const outputs = workflow.raw['outputs'];
  const names = isJsonObject(outputs) ? sortedBy(Object.keys(outputs), (name) => name) : [];
  const members = names.map((name) => {
    const type = typeCode(outputType(description, workflow, name), (schema) => printing.print(schema, 'read'));
    return code`readonly ${key(name)}?: ${type} | undefined;`;
  });
  const body = members.length === 0 ? code`{}` : code`{\n${indent(join(members, '\n'))}\n}`;
  return code`${comment(`What a run of ${workflow.id} is started with.`)}export type ${identifier(inputsName)} = ${inputs};

${comment(`What a run of ${workflow.id} ends with; absent is what its way did not lead to.`)}export type ${identifier(outputsName)} = ${body};
`;
}

function bindingsCode(named: NamedWorkflow): Code {
  const members = named.functions.map((used) => {
    const name = identifier(used.alias);
    if (!isCall(used)) return code`readonly ${name}: typeof ${name};`;
    const [request, result] = [used.requestType, used.resultType].map(identifier) as [Code, Code];
    return code`readonly ${name}: (input: ${request}, call: FlowCall) => Promise<${result}>;`;
  });
  const body = members.length === 0 ? code`{}` : code`{\n${indent(join(members, '\n'))}\n}`;
  return code`${comment(`What the steps of ${named.workflow.id} call.`)}export interface ${identifier(named.bindingsName)} ${body}
`;
}

/** The function that binds a flow to the generated client and event functions. */
function bindCode(named: NamedWorkflow): Code {
  const { functions, clientsName, bindingsName, bindName, workflow } = named;
  const calls = functions.filter(isCall);
  const prefixes = sortedBy(new Set(calls.map(({ module }) => module.prefix)), (prefix) => prefix);
  const clients = code`${comment(`Clients that the steps of ${workflow.id} call, or what chooses one by the system that acts.`)}export interface ${identifier(clientsName)} {
${indent(
  join(
    prefixes.map((prefix) => code`readonly ${key(prefix)}: ClientChoice<Client>;`),
    '\n',
  ),
)}
}

`;
  const members = functions.map((used) => {
    const name = identifier(used.alias);
    if (!isCall(used)) return code`${name},`;
    return code`${name}: (input, call) => ${name}(clientOf(clients.${key(used.module.prefix)}, call), input, call),`;
  });
  const body = members.length === 0 ? code`{}` : code`{\n${indent(join(members, '\n'), 2)}\n  }`;
  const parameter = calls.length === 0 ? nothing : code`clients: ${identifier(clientsName)}`;
  return code`${calls.length === 0 ? nothing : clients}${comment(`Binds ${workflow.id} to the generated functions.`)}export function ${identifier(bindName)}(${parameter}): ${identifier(bindingsName)} {
  return ${body};
}
`;
}

function planCode(
  { entry, description }: FlowsModule,
  named: NamedWorkflow,
  all: readonly NamedWorkflow[],
  paths: ModulePaths,
): Code {
  const { workflow, closure, functions, inputsName, outputsName, bindingsName, planName } = named;
  const version = planVersion(
    closure.map((compiled) => compiled.workflow),
    entry.document.value,
  );
  const nameOf = (compiled: CompiledWorkflow): string =>
    (all.find((one) => one.workflow === compiled.workflow) as NamedWorkflow).workflowName;
  const workflows = closure.map((compiled) => code`${key(compiled.workflow.id)}: ${identifier(nameOf(compiled))}`);
  const events = functions.filter(isSubscribe).map((event) => code`${eventCode(event)},`);
  const checks = inputPlans(description, workflow);
  const validates = paths.validators !== undefined && checks.some(({ check }) => check !== undefined);
  const members = [
    code`name: ${stringLiteral(workflow.id)}`,
    code`version: ${stringLiteral(version)}`,
    code`compatible: ${literal([...compatiblePlans(workflow)])}`,
    code`inputs: [\n${indent(
      join(
        checks.map((input) => code`${inputCode(input)},`),
        '\n',
      ),
    )}\n]`,
    ...(validates
      ? [
          code`validate: async (name, value) => (await import(${stringLiteral(paths.validators as string)})).validate(name, value, 'tolerant')`,
        ]
      : []),
    code`workflows: { ${join(workflows, ', ')} }`,
    code`events: ${events.length === 0 ? code`{}` : code`{\n${indent(join(events, '\n'))}\n}`}`,
  ];
  return code`${comment(workflow.summary)}export const ${identifier(planName)}: FlowPlan<${identifier(inputsName)}, ${identifier(outputsName)}, ${identifier(bindingsName)}> = {
${indent(
  join(
    members.map((text) => code`${text},`),
    '\n',
  ),
)}
};
`;
}

function inputPlans({ contract }: Description, { inputs }: Workflow) {
  const { nameOf } = contentChecks(contract);
  const needed = requiredOf(inputs);
  return sortedBy(propertiesOf(inputs), ([name]) => name).map(([name, schemas]) => ({
    ...{ name, required: needed.has(name) },
    check: schemas.map(nameOf).find((check) => check !== undefined),
  }));
}

function inputCode({ name, required, check }: ReturnType<typeof inputPlans>[number]): Code {
  const checked = check === undefined ? nothing : code`, check: ${stringLiteral(check)}`;
  return code`{ name: ${stringLiteral(name)}, required: ${literal(required)}${checked} }`;
}

function eventCode(event: EventFunction): Code {
  const location = event.use.message.correlationIdLocation ?? '';
  const [, part, pointer = ''] = /^\$message\.(header|payload)#(.*)$/.exec(location) ?? [];
  const tokens = (parsePointer(pointer) ?? []).map(stringLiteral);
  const source = part === 'payload' ? code`message.payload` : code`message.headers`;
  return code`${key(eventName(event))}: {
  subscribe: (b, bus, handler, options) => b.${identifier(event.alias)}(bus, handler, options),
  correlation: (message) => valueAt(${join([source, ...tokens], ', ')}),
}`;
}

/** Text of the module of one description. */
export function printModule(module: FlowsModule, printing: Printing, printer: SchemaPrinter, paths: ModulePaths): Code {
  const named = nameWorkflows(module);
  const parts = named.map((one) => join([typesCode(module, one, printing), bindingsCode(one), bindCode(one)], '\n'));
  const consts = named.map(
    (one) =>
      code`const ${identifier(one.workflowName)}: WorkflowPlan<${identifier(one.bindingsName)}> = ${one.text};\n`,
  );
  const plans = named.map((one) => planCode(module, one, named, paths));
  const functions = sortedBy(new Set(named.flatMap((one) => one.functions)), ({ alias }) => alias);
  const runtime = new Set(named.flatMap(({ compilation }) => [...compilation.runtime]));
  if (functions.some(isSubscribe)) runtime.add('valueAt');
  if (functions.some(isCall)) runtime.add('clientOf');
  return code`${fileHeader(module.entry.title, module.entry.version)}
${importsCode({ functions, runtime, schemas: printer.imported }, paths)}
${join(parts, '\n')}
${join(consts, '\n')}
${join(plans, '\n')}`;
}
