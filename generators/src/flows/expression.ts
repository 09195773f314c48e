import { parsePointer } from '@millwright/contract';

/** A runtime expression (Arazzo 1.0.1, section 4.7; 1.1 adds messages) as far as a flow can evaluate it. */
export type Expression =
  | { readonly kind: 'inputs' | 'outputs'; readonly name: string; readonly tokens: readonly string[] }
  | { readonly kind: 'step'; readonly step: string; readonly name: string; readonly tokens: readonly string[] }
  | { readonly kind: 'status' }
  | { readonly kind: 'response-header' | 'message-header'; readonly name: string }
  | { readonly kind: 'response-body' | 'message-payload'; readonly tokens: readonly string[] };

/** Why a text is no expression that a flow can evaluate. */
export interface NotAnExpression {
  readonly kind: 'unsupported' | 'malformed';
  readonly message: string;
}

const sources =
  /^\$(?:statusCode|url|method|self|request|response|message|inputs|outputs|steps|workflows|sourceDescriptions|components)(?![\w-])/;

/** True for a text that means an expression, right or wrong. */
export function isExpression(text: string): boolean {
  return sources.test(text);
}

/** Members after a name: a JSON pointer, or `.name` and `[index]`. Undefined when it is neither. */
function tokensOf(rest: string): readonly string[] | undefined {
  if (rest.startsWith('#')) return parsePointer(rest.slice(1));
  const tokens: string[] = [];
  let left = rest;
  while (left !== '') {
    const match = /^(?:\.([\w-]+)|\[(\d+)\])/.exec(left);
    if (match === null) return undefined;
    tokens.push((match[1] ?? match[2]) as string);
    left = left.slice(match[0].length);
  }
  return tokens;
}

export function parseExpression(text: string): Expression | NotAnExpression {
  const malformed = { kind: 'malformed', message: `${text} is no runtime expression` } as const;
  if (text === '$statusCode') return { kind: 'status' };
  const header = /^\$(response|message)\.header(?:\.|#\/)([!#$%&'*+\-.^_`|~\w]+)$/.exec(text);
  if (header !== null)
    return { kind: header[1] === 'response' ? 'response-header' : 'message-header', name: header[2] as string };
  const whole = /^\$(response\.body|message\.payload)(.*)$/s.exec(text);
  if (whole !== null) {
    const tokens = tokensOf(whole[2] as string);
    if (tokens === undefined) return malformed;
    return { kind: whole[1] === 'response.body' ? 'response-body' : 'message-payload', tokens };
  }
  const named = /^\$(inputs|outputs)\.([\w-]+)(.*)$/s.exec(text);
  const stepped = /^\$steps\.([\w-]+)\.outputs\.([\w-]+)(.*)$/s.exec(text);
  const tokens = tokensOf((named ?? stepped)?.[3] ?? '');
  if (tokens === undefined) return malformed;
  if (named !== null) return { kind: named[1] as 'inputs' | 'outputs', name: named[2] as string, tokens };
  if (stepped !== null) return { kind: 'step', step: stepped[1] as string, name: stepped[2] as string, tokens };
  if (/^\$(url|method|self|request|workflows|sourceDescriptions|components|response\.(query|path))\b/.test(text))
    return { kind: 'unsupported', message: `${text} is nothing that a flow keeps` };
  return malformed;
}

/** Parts of a text with expressions in braces: texts and expressions in turn. Undefined when it has none. */
export function templateParts(
  text: string,
): readonly ({ readonly text: string } | { readonly expression: string })[] | undefined {
  if (!/\{\$[^{}]+\}/.test(text)) return undefined;
  return text
    .split(/(\{\$[^{}]+\})/)
    .filter((part) => part !== '')
    .map((part) => (/^\{\$[^{}]+\}$/.test(part) ? { expression: part.slice(1, -1) } : { text: part }));
}
