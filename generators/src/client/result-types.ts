import { type Code, code, comment, identifier, indent, join, literal, nothing, sortedBy } from '@millwright/codegen';
import type { Header, MediaType, Operation, Response } from '@millwright/contract';
import type { Printing } from './printing.ts';

/** Responses that can arrive, in code-unit order of their status; a contract that declares none promises anything. */
export function orderedResponses(operation: Operation): readonly Response[] {
  return sortedBy(
    operation.responses.filter(({ status }) => /^([2-5](\d\d|XX)|default)$/i.test(status)),
    ({ status }) => status.toUpperCase(),
  );
}

/** Media types of a response in code-unit order. */
export function orderedContent(response: Response): readonly MediaType[] {
  return sortedBy(response.content, ({ mediaType }) => mediaType);
}

function contentType({ mediaType, schema }: MediaType, printing: Printing): Code {
  const type = mediaType.toLowerCase();
  if (/^[^;]*[/+]json\s*(;|$)/.test(type)) return schema === undefined ? code`unknown` : printing.print(schema, 'read');
  if (/^(text\/event-stream|application\/(x-ndjson|jsonl))/.test(type))
    return code`ReadableStream<Uint8Array<ArrayBuffer>>`;
  if (type === '*/*') return code`unknown`;
  return type.startsWith('text/') ? code`string` : code`Blob`;
}

/** Type of what a response carries: the union over its media types, undefined where it has none. */
export function responseType(operation: Operation, response: Response, printing: Printing): Code {
  const bodiless =
    operation.method.toLowerCase() === 'head' ||
    response.status === '204' ||
    response.status === '205' ||
    response.status === '304';
  if (bodiless || response.content.length === 0) return code`undefined`;
  const types = orderedContent(response).map((media) => contentType(media, printing));
  return join([...new Set(types)], ' | ');
}

interface Alternative {
  readonly kind: 'Success' | 'Failure';
  readonly status: Code;
  readonly content: Code;
}

function rangeStatus(name: string, explicit: readonly number[], printing: Printing): Code {
  const range = printing.runtime(name);
  return explicit.length === 0 ? range : code`Exclude<${range}, ${join(explicit.map(literal), ' | ')}>`;
}

/** What `default` covers: errors that are not declared, and successes where none is declared. */
function defaultAlternatives(statuses: readonly string[], content: Code, printing: Printing): readonly Alternative[] {
  const ranges = statuses.filter((status) => status.endsWith('XX'));
  const explicit = statuses
    .filter((status) => /^[345]\d\d$/.test(status) && !ranges.includes(`${status[0]}XX`))
    .map(Number);
  const excluded = [
    ...explicit.map(literal),
    ...ranges.filter((range) => !range.startsWith('2')).map((range) => printing.runtime(`Status${range}`)),
  ];
  const all = printing.runtime('ErrorStatus');
  const errors = excluded.length === 0 ? all : code`Exclude<${all}, ${join(excluded, ' | ')}>`;
  const failure: Alternative = { kind: 'Failure', status: errors, content };
  if (statuses.some((status) => status.startsWith('2'))) return [failure];
  return [{ kind: 'Success', status: printing.runtime('Status2XX'), content }, failure];
}

function alternativesOf(operation: Operation, printing: Printing): readonly Alternative[] {
  const responses = orderedResponses(operation);
  const statuses = responses.map(({ status }) => (status === 'default' ? status : status.toUpperCase()));
  if (responses.length === 0) return defaultAlternatives([], code`unknown`, printing);
  return responses.flatMap((response, index): readonly Alternative[] => {
    const status = statuses[index] as string;
    const content = responseType(operation, response, printing);
    if (status === 'default') return defaultAlternatives(statuses, content, printing);
    const kind = status.startsWith('2') ? 'Success' : 'Failure';
    if (!status.endsWith('XX')) return [{ kind, status: literal(Number(status)), content }];
    const explicit = statuses.filter((other) => other[0] === status[0] && other !== status).map(Number);
    return [{ kind, status: rangeStatus(`Status${status}`, explicit, printing), content }];
  });
}

/** Type of an operation's result: one member for all statuses that carry the same content. */
export function resultType(operation: Operation, name: string, printing: Printing): Code {
  const grouped = new Map<string, Alternative[]>();
  for (const alternative of alternativesOf(operation, printing)) {
    const group = `${alternative.kind}\u0000${alternative.content}`;
    grouped.set(group, [...(grouped.get(group) ?? []), alternative]);
  }
  const members = [...grouped.values()].map((group) => {
    const [{ kind, content }] = group as [Alternative];
    return code`${printing.runtime(kind)}<${join(
      group.map(({ status }) => status),
      ' | ',
    )}, ${content}>`;
  });
  const documented = comment(`Declared answers of ${operation.operationId ?? operation.id}.`);
  const union =
    members.length === 1
      ? code` ${members[0] ?? nothing}`
      : code`\n${indent(
          join(
            members.map((member) => code`| ${member}`),
            '\n',
          ),
        )}`;
  return code`${documented}export type ${identifier(name)} =${union};\n`;
}

/** Headers of the success responses that a caller may look for, for the documentation of the function. */
export function successHeaders(operation: Operation): readonly Header[] {
  const success = operation.responses.filter(({ status }) => status.startsWith('2'));
  return sortedBy(
    new Map(
      success.flatMap(({ headers }) => headers.map((header) => [header.name.toLowerCase(), header] as const)),
    ).values(),
    ({ name }) => name,
  );
}
