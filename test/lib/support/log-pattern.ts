/**
 * Whether a metric filter's pattern over JSON matches an event: as much of the language of CloudWatch Logs as the
 * patterns here use, which is comparison of strings with wildcards, IS FALSE, NOT EXISTS, && and ||.
 */
export function matchesPattern(pattern: string, event: unknown): boolean {
  const tokens = [...pattern.matchAll(/\s*("[^"]*"|\|\||&&|!=|=|[(){}]|[^\s(){}=!&|"]+)/g)].map(
    ([, token = '']) => token,
  );
  let at = 0;
  const take = (expected?: string) => {
    const token = tokens[at++];
    if (token === undefined || (expected !== undefined && token !== expected))
      throw new Error(`expected ${expected ?? 'more'}, got ${token} in ${pattern}`);
    return token;
  };

  const either = (): boolean => {
    let value = both();
    while (tokens[at] === '||') {
      take();
      // Read in any case: the rest of the pattern has to be understood.
      const right = both();
      value = value || right;
    }
    return value;
  };
  const both = (): boolean => {
    let value = one();
    while (tokens[at] === '&&') {
      take();
      const right = one();
      value = value && right;
    }
    return value;
  };
  const one = (): boolean => {
    if (tokens[at] === '(') {
      take('(');
      const value = either();
      take(')');
      return value;
    }
    return comparison(valueAt(event, take()), take(), take());
  };

  take('{');
  const value = either();
  take('}');
  if (at !== tokens.length) throw new Error(`more after the end in ${pattern}`);
  return value;
}

function comparison(value: unknown, operator: string, operand: string): boolean {
  if (operator === 'NOT' && operand === 'EXISTS') return value === undefined;
  if (operator === 'IS' && operand === 'FALSE') return value === false;
  if (!/^".*"$/.test(operand)) throw new Error(`${operand} is no string`);
  const equal = typeof value === 'string' && wildcard(operand.slice(1, -1)).test(value);
  if (operator === '=') return equal;
  // A field that is not there differs from nothing, as with CloudWatch.
  if (operator === '!=') return value !== undefined && !equal;
  throw new Error(`${operator} is not understood`);
}

function wildcard(text: string): RegExp {
  return new RegExp(`^${text.split('*').map(escaped).join('.*')}$`);
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** Value below a selector such as `$.userIdentity.type`. */
function valueAt(event: unknown, selector: string): unknown {
  const names = selector.replace(/^\$\./, '').split('.');
  return names.reduce<unknown>((value, name) => (value as Record<string, unknown> | undefined)?.[name], event);
}
