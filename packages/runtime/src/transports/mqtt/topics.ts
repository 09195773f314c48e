import { parametersOf } from '../../address.ts';

/** Longest text of MQTT, in bytes (1.5.4 of MQTT 5): its length has two bytes. */
export const textBytesMax = 65_535;

export const byteLength = (text: string): number => new TextEncoder().encode(text).length;

/** Whether MQTT carries a text as it is. Controls and noncharacters are allowed, but a broker may end the connection for one. */
export function isText(text: string): boolean {
  return text.isWellFormed() && !/[\p{Cc}\p{Noncharacter_Code_Point}]/u.test(text) && byteLength(text) <= textBytesMax;
}

/** A broker ends a connection for what is no topic, and would do so again whenever the client sends it anew. */
function checkTopic(topic: string, address: string): void {
  if (topic === '' || topic.startsWith('$') || !isText(topic)) throw new Error(`${address} is no topic of MQTT`);
}

/** An address is its topic. */
export function topicOf(address: string): string {
  checkTopic(address, address);
  if (/[+#]/.test(address)) throw new Error(`${address} holds a wildcard of MQTT`);
  return address;
}

/** The topics among which those of a pattern are: a segment with a parameter becomes `+`, also where it has literal parts. */
export function filterOf(pattern: string): string {
  const segments = pattern.split('/').map((segment) => {
    if (parametersOf(segment).length > 0) return '+';
    if (/[+#]/.test(segment)) throw new Error(`${pattern} holds a wildcard of MQTT`);
    return segment;
  });
  const filter = segments.join('/');
  checkTopic(filter, pattern);
  return filter;
}

/** Shared subscription of a group (4.8.2): its name may hold neither `/` nor wildcards. */
export function sharedFilter(group: string, filter: string): string {
  return `$share/${encodeURIComponent(group)}/${filter}`;
}

/** Longest readable part of a client id: brokers have limits of their own. */
const readableMax = 60;

/** Client id of a member of a group, which names its session: readable, and distinct by a hash of all that makes it. */
export async function clientIdOf(group: string, instance: string, filter: string, member: number): Promise<string> {
  const readable = `${group}-${instance}`.replace(/[^A-Za-z0-9-]+/g, '-').slice(0, readableMax);
  const whole = new TextEncoder().encode(JSON.stringify([group, instance, filter, member]));
  const digest = await crypto.subtle.digest('SHA-256', whole);
  const hash = Array.from(new Uint8Array(digest, 0, 8), (byte) => byte.toString(16).padStart(2, '0')).join('');
  return `${readable}-${hash}`;
}
