import { type Contract, type Governance, governanceOf } from '@millwright/contract';
import { governedNodes, governedSchemas } from '../../governed.ts';
import type { LintRule, Place } from '../../lint-rule.ts';
import { allMessages, allOperations } from '../../schema-walk.ts';

export const deprecationHasSunset: LintRule = {
  id: 'lint/deprecation-has-sunset',
  severity: 'error',
  law: 'What is deprecated, by its lifecycle or by the keyword deprecated, says until when it works and what replaces it.',
  why: 'Consumers learn that they must move, but neither by when nor where to.',
  fix: 'Add lifecycle.sunset and lifecycle.replacedBy to x-governance.',
  check: ({ contract, report }) => {
    for (const { place, name, lifecycle } of deprecatedNodes(contract)) {
      const missing = (['sunset', 'replacedBy'] as const).filter((member) => lifecycle?.[member] === undefined);
      if (missing.length > 0)
        report(
          place,
          `${name} is ${lifecycle?.status === 'retired' ? 'retired' : 'deprecated'} without ${missing.join(' and ')}`,
        );
    }
  },
};

interface DeprecatedNode {
  readonly place: Place;
  readonly name: string;
  readonly lifecycle: Governance['lifecycle'];
}

function deprecatedNodes(contract: Contract): readonly DeprecatedNode[] {
  const flagged = new Set<Place>(
    [...allOperations(contract), ...allMessages(contract)].filter((node) => node.deprecated),
  );
  const nodes = governedNodes(contract)
    .filter(({ place, governance: { lifecycle }, inherited }) => {
      if (flagged.has(place)) return true;
      const isOver = lifecycle?.status === 'deprecated' || lifecycle?.status === 'retired';
      return isOver && (inherited === undefined || inherited.lifecycle !== lifecycle);
    })
    .map(({ place, name, governance: { lifecycle } }) => ({ place, name, lifecycle }));
  const properties = [...governedSchemas(contract)].flatMap(({ properties: all }) =>
    [...(all ?? [])]
      .filter(([, property]) => property.deprecated === true)
      .map(([name, property]) => ({
        place: property,
        name: `property ${name}`,
        lifecycle: governanceOf(property).lifecycle,
      })),
  );
  return [...nodes, ...properties];
}
