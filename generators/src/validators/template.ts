import type { Code } from '@millwright/codegen';

/**
 * Code of a condition with two holes, so that it can be written for any variable. The marks are control characters, which no
 * door of the code writer lets into code.
 */
export type Template = Code;

/** Hole for the value that is judged. */
export const value = '\u0001' as Code;
/** Hole for the flag that is true in strict mode. */
export const strict = '\u0002' as Code;

export const yes = 'true' as Code;
export const no = 'false' as Code;

/** A template with its holes filled. */
export function fill(template: Template, variable: Code, flag: Code = strict): Code {
  const filled = template.includes('\u0001') ? template.split('\u0001').join(variable) : template;
  return (flag !== strict && filled.includes('\u0002') ? filled.split('\u0002').join(flag) : filled) as Code;
}

/** True when a template asks for the mode. */
export function asksForMode(template: Template): boolean {
  return template.includes('\u0002');
}

/** True when a template looks at the value at all. */
export function asksForValue(template: Template): boolean {
  return template.includes('\u0001');
}

/** All conditions, each once; `true` and `false` are folded. */
export function and(conditions: readonly Template[]): Template {
  const kept = [...new Set(conditions)].filter((condition) => condition !== yes);
  if (kept.includes(no)) return no;
  if (kept.length === 0) return yes;
  if (kept.length === 1) return kept[0] as Template;
  return kept.map((condition) => (hasLoose(condition, '||') ? `(${condition})` : condition)).join(' && ') as Code;
}

/** At least one condition, each once; `true` and `false` are folded. */
export function or(conditions: readonly Template[]): Template {
  const kept = [...new Set(conditions)].filter((condition) => condition !== no);
  if (kept.includes(yes)) return yes;
  if (kept.length === 0) return no;
  if (kept.length === 1) return kept[0] as Template;
  return kept.map((condition) => (hasLoose(condition, '&&') ? `(${condition})` : condition)).join(' || ') as Code;
}

/** The opposite. */
export function not(condition: Template): Template {
  if (condition === yes) return no;
  if (condition === no) return yes;
  return `!(${condition})` as Code;
}

/** True when an operator, or a conditional, stands outside of brackets and quotes. */
function hasLoose(text: string, operator: '&&' | '||'): boolean {
  if (!text.includes(operator) && !text.includes(' ? ')) return false;
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (character === "'") {
      for (at += 1; text.charAt(at) !== "'"; at += 1) if (text.charAt(at) === '\\') at += 1;
    } else if ('([{'.includes(character)) depth += 1;
    else if (')]}'.includes(character)) depth -= 1;
    else if (depth === 0 && (text.startsWith(operator, at) || text.startsWith(' ? ', at))) return true;
  }
  return false;
}
