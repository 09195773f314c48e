import { apisPage } from './apis-page.ts';
import { b2mmlPage } from './b2mml-page.ts';
import { canonicalContract } from './canonical.ts';
import { commandsPage } from './commands-page.ts';
import { diagnosticsPage } from './diagnostics-page.ts';
import { diffExampleSources, diffExamples } from './diff-examples.ts';
import { diffPages } from './diff-pages.ts';
import { eventsPage } from './events-page.ts';
import { governancePage } from './governance-page.ts';
import { objectsPage } from './objects-page.ts';
import { odooMappingPage } from './odoo-mapping-page.ts';
import { permissionsPage } from './permissions-page.ts';
import { storesPage, transportsPage } from './ports-pages.ts';
import { ruleCases } from './rule-cases.ts';
import { ruleExamplesSource } from './rule-examples.ts';
import { rulesIndexPage } from './rules-index-page.ts';
import { rulesPage } from './rules-page.ts';
import { vocabulariesPage } from './vocabularies-page.ts';

const notice = '<!-- Made by `npm run docs` from the code and the contracts. Do not edit. -->\n\n';

/** Everything that is made from code or contracts for people to read: path in the repository and content. */
export async function pages(): Promise<ReadonlyMap<string, string>> {
  const cases = await ruleCases();
  const examples = await diffExamples();
  const contract = await canonicalContract();
  const reference = {
    'commands.md': commandsPage(),
    'rules/README.md': rulesIndexPage(),
    'rules/lint.md': rulesPage(cases),
    ...diffPages(examples),
    'diagnostics.md': diagnosticsPage(),
    'objects.md': objectsPage(contract),
    'events.md': eventsPage(contract),
    'apis.md': apisPage(contract),
    'vocabularies.md': vocabulariesPage(contract),
    'b2mml.md': b2mmlPage(),
    'odoo-mapping.md': odooMappingPage(),
    'governance.md': governancePage(contract),
    'permissions.md': permissionsPage(contract),
    'transports.md': await transportsPage(),
    'stores.md': await storesPage(),
  };
  return new Map([
    ...Object.entries(reference).map(
      ([name, text]) => [`docs/reference/${name}`, `${notice}${text.trimEnd()}\n`] as const,
    ),
    ['cli/src/program/rule-examples.ts', ruleExamplesSource(cases)],
    ...diffExampleSources(examples),
  ]);
}
