import {
  isJsonObject,
  type JsonObject,
  type JsonValue,
  joinPointer,
  member,
  type Role,
  roles,
} from '@millwright/contract';

/** Ways in which a system is connected to a broker, as the servers of event contracts are named. */
export const brokers = ['nats', 'amqps', 'mqtts', 'kafka-secure'] as const;
export type Broker = (typeof brokers)[number];

/** A system of a plant in one environment, as far as its rights depend on it. */
export interface ConnectedSystem {
  readonly plantId: string;
  readonly site: string;
  readonly environment: string;
  readonly serviceIdentity: string;
  readonly role: Role;
  readonly brokers: readonly Broker[];
  /** Name of its credential in the secret store. */
  readonly credential: string;
}

/** What is wrong with a register, and where. */
export interface RegisterFault {
  readonly pointer: string;
  readonly message: string;
}

/** Texts of a register go into files of brokers: what has another form could say something else there. */
const forms = {
  plantId: /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/,
  site: /^[a-z0-9]+(-[a-z0-9]+)*$/,
  serviceIdentity: /^[A-Za-z0-9][A-Za-z0-9_-]{0,127}$/,
  environment: /^[a-z][a-z0-9-]{0,31}$/,
  reference: /^[a-z0-9]+(-[a-z0-9]+)*(\/[a-z0-9]+(-[a-z0-9]+)*)+$/,
} as const;

/** The systems of a register such as schemas/governance/systems.yaml, in its order; empty when it has faults. */
export function readSystems(
  register: JsonValue,
): readonly [systems: readonly ConnectedSystem[], faults: readonly RegisterFault[]] {
  const faults: RegisterFault[] = [];
  const tell = (pointer: string, message: string): void => void faults.push({ pointer, message });
  const systems = objectsOf(register, 'plants', '', tell).flatMap(([plant, at]) => {
    const [plantId, site] = (['plantId', 'site'] as const).map((name) => formed(plant, name, at, tell)) as [
      string,
      string,
    ];
    return objectsOf(plant, 'systems', at, tell).map(([system, place]) => ({
      ...{ plantId, site },
      ...systemOf(system, place, tell),
    }));
  });
  const seen = new Set<string>();
  for (const { serviceIdentity } of systems) {
    if (seen.has(serviceIdentity)) tell('/plants', `${serviceIdentity} is the identity of two systems`);
    seen.add(serviceIdentity);
  }
  return [faults.length === 0 ? systems : [], faults];
}

type Tell = (pointer: string, message: string) => void;

function systemOf(system: JsonObject, at: string, tell: Tell) {
  const role = member(system, 'role');
  if (!roles.some((known) => known === role)) tell(`${at}/role`, `must be one of ${roles.join(', ')}`);
  const transports = member(system, 'transports');
  if (!Array.isArray(transports)) tell(`${at}/transports`, 'must be a list');
  const credential = member(system, 'credential');
  return {
    serviceIdentity: formed(system, 'serviceIdentity', at, tell),
    environment: formed(system, 'environment', at, tell),
    role: role as Role,
    brokers: brokers.filter((broker) => Array.isArray(transports) && transports.includes(broker)),
    credential: formed(isJsonObject(credential) ? credential : {}, 'reference', `${at}/credential`, tell),
  };
}

function formed(object: JsonObject, name: keyof typeof forms, at: string, tell: Tell): string {
  const value = member(object, name);
  if (typeof value === 'string' && forms[name].test(value)) return value;
  tell(`${at}/${name}`, `must be a text of the form ${forms[name].source}`);
  return '';
}

function objectsOf(
  parent: JsonValue,
  name: string,
  at: string,
  tell: Tell,
): readonly (readonly [JsonObject, string])[] {
  const list = isJsonObject(parent) ? member(parent, name) : undefined;
  if (!Array.isArray(list)) {
    tell(`${at}/${name}`, 'must be a list');
    return [];
  }
  return (list as readonly JsonValue[]).map((item, index) => {
    const place = joinPointer(`${at}/${name}`, String(index));
    if (!isJsonObject(item)) tell(place, 'must be an object');
    return [isJsonObject(item) ? item : {}, place];
  });
}
