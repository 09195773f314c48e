import type { LintRule } from '../../lint-rule.ts';

export const pathParametersDeclared: LintRule = {
  id: 'lint/path-parameters-declared',
  severity: 'error',
  law: 'Every parameter of a path template is declared, and every declared path parameter is in the template.',
  why: 'A client cannot fill the path, or asks for a value that goes nowhere.',
  fix: 'Let the names in braces and the path parameters agree.',
  check: ({ contract, report }) => {
    for (const operation of contract.operations) {
      const inPath = new Set([...operation.path.matchAll(/\{([^{}]+)\}/g)].map(([, name]) => name as string));
      const declared = new Set(
        operation.parameters.filter(({ in: place }) => place === 'path').map(({ name }) => name),
      );
      for (const name of inPath)
        if (!declared.has(name)) report(operation, `Path parameter ${name} of ${operation.id} is not declared`);
      for (const name of declared)
        if (!inPath.has(name))
          report(operation, `Parameter ${name} of ${operation.id} is not in the path ${operation.path}`);
    }
  },
};
