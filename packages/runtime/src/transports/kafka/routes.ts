import { matchAddress, parametersOf } from '../../address.ts';

/** Addresses that have a topic of their own. */
export interface KafkaRoute {
  /** Template of the addresses, with a parameter such as `{plant}` wherever they differ. */
  readonly address: string;
  readonly topic: string;
}

/** Longest name of a topic: the log's folder is named by it. */
const topicLengthMax = 249;

/** Throws where the brokers would refuse the name. */
export function demandTopic(topic: string): string {
  if (!/^[A-Za-z0-9._-]+$/.test(topic) || /^\.\.?$/.test(topic) || topic.length > topicLengthMax)
    throw new RangeError(`${topic} is no topic of Kafka: letters, digits, ".", "_" and "-", at most ${topicLengthMax}`);
  return topic;
}

const hasParameter = (segment: string): boolean => parametersOf(segment).length > 0;

/** Whether an address can fit both; also says so of some pairs of segments that differ in their literal parts. */
function overlaps(template: string, pattern: string): boolean {
  const [left, right] = [template.split('/'), pattern.split('/')];
  return (
    left.length === right.length &&
    left.every((segment, index) => {
      const other = right[index] as string;
      return hasParameter(segment) || hasParameter(other) || segment === other;
    })
  );
}

/** Whether every address of the pattern fits the template. */
function covers(template: string, pattern: string): boolean {
  const [left, right] = [template.split('/'), pattern.split('/')];
  return (
    left.length === right.length &&
    left.every((segment, index) => {
      const other = right[index] as string;
      return /^\{[^{}]*\}$/.test(segment) ? other !== '' : !hasParameter(segment) && segment === other;
    })
  );
}

/** Which topic holds which addresses: that of the first route that fits, else the common one. */
export class Routes {
  readonly #routes: readonly KafkaRoute[];
  readonly #common: string;

  constructor(routes: readonly KafkaRoute[], common: string) {
    for (const { topic } of [...routes, { topic: common }]) demandTopic(topic);
    this.#routes = routes;
    this.#common = common;
  }

  topicOf(address: string): string {
    const route = this.#routes.find((each) => matchAddress(each.address, address) !== undefined);
    return route?.topic ?? this.#common;
  }

  /** The topics among whose messages those of a pattern are. */
  topicsOf(pattern: string): readonly string[] {
    const topics = new Set<string>();
    for (const { address, topic } of this.#routes) {
      if (overlaps(address, pattern)) topics.add(topic);
      if (covers(address, pattern)) return [...topics];
    }
    return [...topics.add(this.#common)];
  }

  /** The only address of a topic, for messages of producers that do not say theirs. */
  addressOf(topic: string): string | undefined {
    const routes = this.#routes.filter((each) => each.topic === topic);
    const [route] = routes;
    const isOnly = topic !== this.#common && routes.length === 1;
    return isOnly && route !== undefined && !hasParameter(route.address) ? route.address : undefined;
  }
}
