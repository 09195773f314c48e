import { readFileSync } from 'node:fs';
import { type BrokerNames, type ConnectedSystem, type GeneratedFile, readSystems } from '@millwright/codegen';
import { type Contract, type JsonValue, loadContract, type Role } from '@millwright/contract';
import { parse } from 'yaml';
import { permissions } from '../../generators/src/permissions/index.ts';
import { canonicalDocuments } from '../client/canonical-contract.ts';

/** The systems that tests try out, all at every broker, in one plant. */
export const identities = {
  'svc-odoo-pl01': 'erp',
  'svc-mes-pl01': 'mes',
  'svc-quality-pl01': 'quality',
  'svc-analytics-pl01': 'analytics',
} as const satisfies Readonly<Record<string, Role>>;
export type Identity = keyof typeof identities;
export const names = Object.keys(identities) as readonly Identity[];

const system = ([serviceIdentity, role]: readonly [string, string]): JsonValue => ({
  ...{ serviceIdentity, role, environment: 'production', transports: ['nats', 'amqps', 'mqtts', 'kafka-secure'] },
  credential: { reference: `pl01/${role}/secret` },
});

const register: JsonValue = {
  plants: [{ plantId: 'PL01', site: 'pl01', systems: Object.entries(identities).map(system) }],
};
export const systems: readonly ConnectedSystem[] = readSystems(register)[0];

/** The register of the canonical contracts. */
export const canonicalRegister = parse(
  readFileSync(new URL('../../schemas/governance/systems.yaml', import.meta.url), 'utf8'),
) as JsonValue;

let loading: Promise<Contract> | undefined;
export async function canonical(): Promise<Contract> {
  loading ??= loadContract({ entries: canonicalDocuments }).then(([contract]) => contract as Contract);
  return loading;
}

/** What `millwright generate --generators permissions` writes for these systems, by path. */
export async function generated(
  brokers: BrokerNames = {},
  registered: readonly ConnectedSystem[] = systems,
): Promise<ReadonlyMap<string, string>> {
  const options = { importExtension: 'ts', runtime: 'inline', systems: registered, brokers } as const;
  const [files] = permissions.generate(await canonical(), options);
  return new Map(files.map(({ path, content }: GeneratedFile) => [path, content]));
}

export async function fileOf(name: string, brokers: BrokerNames = {}): Promise<string> {
  const content = (await generated(brokers)).get(`pl01/production/${name}`);
  if (content === undefined) throw new Error(`${name} was not generated`);
  return content;
}

/** An event of the canonical contracts, and which of the tried roles may do what with it: read from `x-governance` as it stands. */
export interface Event {
  readonly address: string;
  readonly publishers: readonly Identity[];
  readonly consumers: readonly Identity[];
}

export async function eventsOf(contract: Contract): Promise<readonly Event[]> {
  return contract.channels.map((channel) => {
    const mayBy = (action: 'send' | 'receive', rights: readonly ('create' | 'update' | 'consume')[]) =>
      names.filter((name) =>
        contract.channelOperations.some(
          (operation) =>
            operation.channel === channel &&
            operation.action === action &&
            rights.some((right) => operation.governance[right]?.includes(identities[name])),
        ),
      );
    return {
      address: (channel.address ?? '').replace('{plant}', 'PL01'),
      publishers: mayBy('send', ['create', 'update']),
      consumers: mayBy('receive', ['consume']),
    };
  });
}
