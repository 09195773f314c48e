import { fileURLToPath } from 'node:url';
import { openSystems } from '../../cli/src/input/open-systems.ts';
import { grantsOf, type Right } from '../../generators/src/permissions/grants.ts';
import type { Contract } from '../../packages/contract/src/index.ts';
import { code, table } from './markdown.ts';

const register = fileURLToPath(new URL('../../schemas/governance/systems.yaml', import.meta.url));

/** permissions.md: what each registered system may publish and receive at its brokers. */
export function permissionsPage(contract: Contract): string {
  const [grants] = grantsOf(contract, openSystems(register));
  const connected = grants.filter(({ system }) => system.brokers.length > 0);
  const listed = (rights: readonly Right[]): string =>
    rights.length === 0 ? 'nothing' : rights.map(({ address }) => code(address)).join('<br>');
  return `# Permissions

What \`millwright generate schemas --generators permissions --systems schemas/governance/systems.yaml --out brokers\` gives every system
at its brokers; [policy](../policy.md) says how it holds.

${table(
  ['system', 'role', 'environment', 'brokers', 'publishes', 'receives'],
  connected.map(({ system, publish, consume }) => [
    code(system.serviceIdentity),
    system.role,
    system.environment,
    system.brokers.join(', '),
    listed(publish),
    listed(consume),
  ]),
)}`;
}
