/** What is asked of the page; it stands in the address, so that a view can be linked. */
export interface Query {
  readonly words: string;
  readonly results: readonly string[];
  /** Letters of laws. */
  readonly laws: readonly string[];
  /** In force today only. */
  readonly now: boolean;
}

/** `q=bucket&result=fail,unproven&law=AR&now=1`; empty when nothing is asked. */
export function toHash({ words, results, laws, now }: Query): string {
  const pairs = [
    ['q', words],
    ['result', results.join(',')],
    ['law', laws.join('')],
    ['now', now ? '1' : ''],
  ];
  return new URLSearchParams(pairs.filter(([, value]) => value !== '')).toString();
}

/** Whatever else stands in it is ignored. */
export function fromHash(hash: string): Query {
  const query = new URLSearchParams(hash);
  return {
    words: (query.get('q') ?? '').trim(),
    results: (query.get('result') ?? '').split(',').filter((result) => result !== ''),
    laws: [...(query.get('law') ?? '')],
    now: query.get('now') === '1',
  };
}
