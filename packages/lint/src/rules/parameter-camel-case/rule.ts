import { isGovernedEntry } from '../../governed.ts';
import type { LintRule, Place } from '../../lint-rule.ts';
import { isCamelCase } from '../../names.ts';

export const parameterCamelCase: LintRule = {
  id: 'lint/parameter-camel-case',
  severity: 'warning',
  law: 'Parameters of paths, queries and channel addresses are camelCase under governance.',
  why: 'A field has one spelling in the body and another in the query, and generated code shows both.',
  fix: 'Rename it, such as itemNumber.',
  check: ({ contract, report }) => {
    const parameters = [
      ...contract.operations
        .filter(({ entry }) => isGovernedEntry(entry))
        .flatMap((operation) => operation.parameters.filter(({ in: place }) => place === 'path' || place === 'query')),
      ...contract.channels.filter(({ entry }) => isGovernedEntry(entry)).flatMap((channel) => channel.parameters),
    ];
    const judged = new Map(
      parameters.map((parameter: Place & { readonly name: string }) => [
        `${parameter.document.uri}#${parameter.pointer}`,
        parameter,
      ]),
    );
    for (const parameter of judged.values())
      if (!isCamelCase(parameter.name)) report(parameter, `Parameter ${parameter.name} is not camelCase`);
  },
};
