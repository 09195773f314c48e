const escapeText = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');

/** Values of a pattern's parameters when an address fits it, else undefined. */
export type AddressMatcher = (address: string) => Readonly<Record<string, string>> | undefined;

/** For whoever matches many addresses. `{name}` stands for one or more characters without `/`; everything else is literal. */
export function addressMatcher(pattern: string): AddressMatcher {
  const names: string[] = [];
  const source = pattern.split(/(\{[^{}]*\})/).map((part, index) => {
    if (index % 2 === 0) return escapeText(part);
    names.push(part.slice(1, -1));
    return '([^/]+)';
  });
  const expression = new RegExp(`^${source.join('')}$`, 'u');
  return (address) => {
    const match = expression.exec(address);
    return match === null
      ? undefined
      : Object.fromEntries(names.map((name, index) => [name, match[index + 1] as string]));
  };
}

/** For an address that is looked at once. */
export function matchAddress(pattern: string, address: string): Readonly<Record<string, string>> | undefined {
  return addressMatcher(pattern)(address);
}

/** Names of a template's parameters in their order. */
export function parametersOf(template: string): readonly string[] {
  return [...template.matchAll(/\{([^{}]*)\}/g)].map((match) => match[1] as string);
}

/** What keeps a value from being a part of an address on every transport, or undefined when it is fit. */
export function addressFault(value: unknown): string | undefined {
  if (typeof value !== 'string' || value === '') return 'must be a text that is not empty';
  // Separators and wildcards of MQTT (/ + #), NATS (. * >) and AMQP (. * #), blanks, controls, and what a template needs.
  return /[/+#*>{}\s\p{Cc}]/u.test(value) ? 'holds a character that separates or matches addresses' : undefined;
}
