import {
  isJsonObject,
  type JsonObject,
  type JsonValue,
  member,
  parsePointer,
} from '../../packages/contract/src/index.ts';

type Value = JsonValue | undefined;

/**
 * The smallest part that holds both places and is not the same before and after, as lines of YAML: ` ` what stays, `-` what
 * goes, `+` what comes.
 */
export function changedExcerpt(before: Value, after: Value, pointers: readonly string[]): readonly string[] {
  const [first = [], ...others] = pointers.map((pointer) => parsePointer(pointer) ?? []);
  let way = first.filter((_, index) =>
    others.every((other) => first.slice(0, index + 1).every((token, at) => other[at] === token)),
  );
  const isShown = (): boolean => {
    const [left, right] = [valueAt(before, way), valueAt(after, way)];
    return left !== undefined && right !== undefined && JSON.stringify(left) !== JSON.stringify(right);
  };
  while (way.length > 0 && !isShown()) way = way.slice(0, -1);
  return folded(lineDifference(linesAlong(way, before), linesAlong(way, after)));
}

function next(value: Value, token: string): Value {
  if (isJsonObject(value)) return member(value, token);
  return Array.isArray(value) ? (value[Number(token)] as Value) : undefined;
}

function valueAt(value: Value, way: readonly string[]): Value {
  return way.reduce(next, value);
}

/** YAML of a value with nothing beside the way. */
function linesAlong(way: readonly string[], value: Value): readonly string[] {
  const [token, ...rest] = way;
  if (token === undefined) return yamlOf(value);
  const part = next(value, token);
  const lines = linesAlong(rest, part);
  if (Array.isArray(value)) return lines.map((line, index) => `${index === 0 ? '- ' : '  '}${line}`);
  if (typeof part !== 'object' || part === null) return [`${scalar(token)}: ${lines.join('')}`];
  return [`${scalar(token)}:`, ...lines.map((line) => `  ${line}`)];
}

const flowMax = 72;

/** YAML in blocks, with whatever is short on one line. */
function yamlOf(value: Value): readonly string[] {
  if (value === undefined) return [];
  if (Array.isArray(value) && value.length > 0)
    return value.flatMap((item) => {
      const [line = '', ...lines] = entry('', item as JsonValue);
      return [`- ${line.trimStart()}`, ...lines.map((text) => `  ${text}`)];
    });
  if (isJsonObject(value) && Object.keys(value).length > 0)
    return Object.entries(value).flatMap(([name, item]) => entry(`${scalar(name)}:`, item as JsonValue));
  return [flow(value)];
}

function entry(head: string, value: JsonValue): readonly string[] {
  const text = flow(value);
  // A block of one way only is easier to follow than braces within braces.
  const isShort = text.length <= flowMax && (text.match(/[{[]/g) ?? []).length <= 2;
  if (isShort || typeof value !== 'object' || value === null) return [`${head} ${text}`];
  return head === '' ? yamlOf(value) : [head, ...yamlOf(value).map((line) => `  ${line}`)];
}

function flow(value: JsonValue): string {
  if (Array.isArray(value)) return `[${value.map((item) => flow(item as JsonValue)).join(', ')}]`;
  if (!isJsonObject(value)) return typeof value === 'string' ? scalar(value) : JSON.stringify(value);
  const members = Object.entries(value as JsonObject).map(
    ([name, item]) => `${scalar(name)}: ${flow(item as JsonValue)}`,
  );
  return `{${members.join(', ')}}`;
}

function scalar(text: string): string {
  const isPlain =
    /^[A-Za-z/$][^,[\]{}#'"\n]*$/.test(text) && !/: |:$|\s$|^(true|false|null|yes|no|on|off)$/i.test(text);
  return isPlain ? text : `'${text.replaceAll("'", "''")}'`;
}

/** Lines that stay are those of the longest common subsequence. */
function lineDifference(before: readonly string[], after: readonly string[]): readonly string[] {
  const lengths = Array.from({ length: before.length + 1 }, () => new Array<number>(after.length + 1).fill(0));
  const at = (left: number, right: number): number => lengths[left]?.[right] ?? 0;
  for (let left = before.length - 1; left >= 0; left -= 1)
    for (let right = after.length - 1; right >= 0; right -= 1)
      (lengths[left] as number[])[right] =
        before[left] === after[right]
          ? at(left + 1, right + 1) + 1
          : Math.max(at(left + 1, right), at(left, right + 1));
  const lines: string[] = [];
  let [left, right] = [0, 0];
  while (left < before.length || right < after.length)
    if (left < before.length && right < after.length && before[left] === after[right]) {
      lines.push(` ${before[left]}`);
      left += 1;
      right += 1;
    } else if (left < before.length && (right >= after.length || at(left + 1, right) >= at(left, right + 1))) {
      lines.push(`-${before[left]}`);
      left += 1;
    } else {
      lines.push(`+${after[right]}`);
      right += 1;
    }
  return lines;
}

const around = 3;

/** Far from any change nothing needs to be seen but the way. */
function folded(lines: readonly string[]): readonly string[] {
  const isNear = (index: number): boolean =>
    lines.slice(Math.max(0, index - around), index + around + 1).some((line) => !line.startsWith(' '));
  const indent = (line: string): number => line.slice(1).search(/\S/);
  const isWay = (index: number): boolean => {
    const [line, following] = [lines[index] as string, lines[index + 1]];
    return following !== undefined && indent(following) > indent(line);
  };
  return lines.filter((line, index) => !line.startsWith(' ') || isNear(index) || isWay(index));
}
