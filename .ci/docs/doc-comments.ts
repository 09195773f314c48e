/** A member of an interface, as its source says it. */
export interface DocumentedMember {
  readonly name: string;
  readonly type: string;
  readonly text: string;
}

/** Text of a documentation comment on one line a paragraph, without its stars and links. */
function plain(comment: string): string {
  return comment
    .replace(/^\s*\/\*\*|\*\/\s*$/g, '')
    .split('\n')
    .map((line) => line.replace(/^\s*\* ?/, '').trim())
    .join('\n')
    .replace(/\{@link ([^}]+)\}/g, '`$1`')
    .trim();
}

const commentBefore = String.raw`\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*`;

/** Comment of an exported declaration; throws when there is none, since a page without words helps nobody. */
export function commentOf(source: string, declaration: string): string {
  const match = new RegExp(`${commentBefore}export (?:async )?${declaration}\\b`).exec(source);
  if (match === null) throw new Error(`${declaration} has no documentation comment`);
  return plain(match[1] as string);
}

/** Members of an exported interface, in their order. The sources are formatted, so a member ends its line. */
export function membersOf(source: string, name: string): readonly DocumentedMember[] {
  const body = new RegExp(`export interface ${name}\\b[^{]*\\{\\n([\\s\\S]*?)\\n\\}`).exec(source)?.[1];
  if (body === undefined) throw new Error(`there is no interface ${name}`);
  const members = body.matchAll(new RegExp(`(?:${commentBefore})?(?:^|(?<=\\n)) {2}readonly (\\w+)\\??: (.*);`, 'g'));
  return [...members].map(([, comment = '', member, type]) => ({
    name: member as string,
    type: type as string,
    text: plain(comment).replaceAll('\n', ' '),
  }));
}
