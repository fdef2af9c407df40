import { parseDocument } from 'htmlparser2';
import { renderHtml } from '../../../../lib/evidence/html/render';
import { RESULT_WORDS } from '../../../../lib/evidence/html/words';
import type { EvidenceReport } from '../../../../lib/evidence/model';
import { sampleReport } from '../../../support/evidence-report';

const MEGABYTES = 1024 * 1024;

type Nodes = ReturnType<typeof parseDocument>['children'];
type Node = Nodes[number];

const all = (nodes: Nodes): Node[] =>
  nodes.flatMap((node) => [node, ...('children' in node ? all(node.children as Nodes) : [])]);
const elementsOf = (page: string) =>
  all(parseDocument(page).children).flatMap((node) =>
    'attribs' in node ? [{ name: node.name, attribs: node.attribs, node }] : [],
  );
const textOf = (node: Node): string =>
  'data' in node ? String(node.data) : 'children' in node ? (node.children as Nodes).map(textOf).join('') : '';
/** By words, since a line break of the source is none to a reader. */
const wordsOf = (node: Node | undefined) => (node === undefined ? '' : textOf(node).replace(/\s+/g, ' ').trim());
const partOf = (page: string, id: string) => wordsOf(elementsOf(page).find(({ attribs }) => attribs.id === id)?.node);

const report = sampleReport();
const page = renderHtml(report);

describe('the page of the evidence report', () => {
  it('is the same for the same report', () => {
    expect(renderHtml(sampleReport())).toBe(page);
  });

  it('allows its own style and script by their hashes, and nothing else', () => {
    const policy = elementsOf(page).find(({ attribs }) => attribs['http-equiv'] === 'Content-Security-Policy');
    const script = "script-src 'sha256-[A-Za-z0-9+/=]{44}'";
    const style = "style-src 'sha256-[A-Za-z0-9+/=]{44}'";
    expect(policy?.attribs.content).toMatch(new RegExp(`^default-src 'none'; ${script}; ${style}; base-uri 'none'`));
    const loading = elementsOf(page).filter(({ attribs }) => attribs.src !== undefined || attribs.style !== undefined);
    expect(loading).toEqual([]);
    expect(elementsOf(page).filter(({ name }) => ['link', 'iframe', 'object', 'img'].includes(name))).toEqual([]);
  });

  it('has each id once, and leads every link within the page to something', () => {
    const ids = elementsOf(page).flatMap(({ attribs: { id } }) => (id === undefined ? [] : [id]));
    expect(ids.filter((id, i) => ids.indexOf(id) !== i)).toEqual([]);
    const known = new Set(ids);
    const links = elementsOf(page).flatMap(({ attribs: { href = '' } }) =>
      href.startsWith('#') ? [href.slice(1)] : [],
    );
    expect(links.length).toBeGreaterThan(1000);
    expect([...new Set(links)].filter((id) => !known.has(id))).toEqual([]);
  });

  it('says by which commit, register and hash it is known, and as of which day', () => {
    for (const fact of [
      report.commit ?? '',
      report.registerHash,
      report.hash,
      report.templatesHash,
      '29 Nov 2026, in India',
    ])
      expect(page).toContain(fact);
    expect(page).not.toContain('Files differed');
    expect(renderHtml(sampleReport({ resources: 0, override: { changed: true } }))).toContain('Files differed');
  });

  it.each(report.promises.map(({ id }) => id))('leads from %s to its duties, controls, rules and tests', (id) => {
    const promise = report.promises.find((one) => one.id === id);
    const words = partOf(page, id);
    for (const control of report.controls.filter((one) => promise?.controls.includes(one.id))) {
      expect(words).toContain(control.statement.replace(/\s+/g, ' ').trim());
      for (const part of [...control.reasons, ...control.rules, ...control.tests, ...control.keptBy])
        expect(words).toContain(part);
    }
    for (const duty of report.obligations.filter((one) => promise?.obligations.includes(one.id)))
      expect(words).toContain(duty.citation);
  });

  it('shows every duty with its days, and whether it binds today', () => {
    expect(partOf(page, 'duty-R-6a')).toContain('Not in force today; from 13 May 2027');
    expect(partOf(page, 'duty-C-4')).toContain('In force since 27 Jun 2022');
    expect(partOf(page, 'duty-S-8')).toContain('In force since 11 Apr 2011, before 13 May 2027');
  });

  it('puts acknowledgements that end first at the top, with a warning when it is soon', () => {
    const words = partOf(page, 'acknowledgements');
    const days = [...words.matchAll(/in (\d+) days last day/g)].map(([, day]) => Number(day));
    expect(days.length).toBeGreaterThan(100);
    expect(days).toEqual(days.toSorted((a, b) => a - b));
    expect(words).toMatch(/Soon: in 5 days last day 4 Dec 2026/);
  });

  it('puts what got worse first', () => {
    const words = partOf(page, 'changes');
    expect(words.lastIndexOf('not worse')).toBeGreaterThan(words.lastIndexOf('Worse'));
    expect(words).toContain('control home-region');
  });

  it('says when nothing was compared and no account was asked', () => {
    const bare = renderHtml(sampleReport({ resources: 0, override: { changes: null, live: null } }));
    expect(partOf(bare, 'changes')).toContain('No earlier report was given');
    expect(partOf(bare, 'live')).toContain('No account was asked');
  });

  it('leads to source lines only where the source can be read, and only over http', () => {
    expect(page).toContain(`${report.sourceUrl}/lib/data/data-stack.ts#L74"`);
    for (const sourceUrl of [null, 'javascript:alert(1)//', 'data:text/html,x']) {
      const other = renderHtml(sampleReport({ resources: 20, sourceUrl }));
      expect(elementsOf(other).filter(({ attribs }) => attribs.href?.startsWith('#') === false)).toEqual([]);
      expect(other).toContain('<code>lib/data/data-stack.ts:74</code>');
    }
  });

  it('says every result in words', () => {
    const bare = elementsOf(page).filter(
      ({ name, attribs, node }) => name === 'span' && /^b /.test(attribs.class ?? '') && wordsOf(node) === '',
    );
    expect(bare).toEqual([]);
    for (const word of Object.values(RESULT_WORDS)) expect(page).toContain(`">${word}</span>`);
  });
});

describe('its verdict', () => {
  const withResults = (result: 'pass' | 'unproven' | 'fail') =>
    renderHtml({
      ...report,
      promises: report.promises.map((promise) => ({ ...promise, result: 'pass' as const })),
      controls: report.controls.map((control, i) => ({ ...control, result: i === 0 ? result : ('pass' as const) })),
    });
  const verdict = (made: string) => elementsOf(made).find(({ attribs }) => attribs.id === 'verdict')?.attribs.class;

  it('is good when nothing is broken or unproven', () => expect(verdict(withResults('pass'))).toBe('good'));

  it('is red when one control is unproven or fails', () => {
    expect(verdict(withResults('unproven'))).toBe('bad');
    expect(verdict(withResults('fail'))).toBe('bad');
  });

  it('is red for a report that has no promises', () => {
    expect(verdict(renderHtml({ ...report, promises: [], controls: [] }))).toBe('bad');
  });
});

describe('what a report says', () => {
  const HOSTILE = [
    '<script>alert(1)</script>',
    '</style><script>alert(1)</script>',
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    '</script><!--',
    ']]><svg onload=alert(1)>',
    '\u202Egnihtemos\u2066',
    'x'.repeat(5000),
    '\uD800 half a character',
    '$& $1 $`',
  ];

  /** Every text of the report is the hostile one, but for those that have a form of their own. */
  function poisoned(text: string): EvidenceReport {
    const kept = /^(format|madeAt|today|result|severity|kind|inForceFrom|inForceUntil|expires|checkedAt)$/;
    const poison = (value: unknown, key = ''): unknown => {
      if (typeof value === 'string') return kept.test(key) ? value : text;
      if (Array.isArray(value)) return value.slice(0, 3).map((one) => poison(one, key));
      if (typeof value !== 'object' || value === null) return value;
      return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, poison(one, name)]));
    };
    return poison(sampleReport({ resources: 50 })) as EvidenceReport;
  }

  const shapeOf = (made: string) =>
    elementsOf(made).map(
      ({ name, attribs }) =>
        `${name} ${Object.keys(attribs)
          .filter((key) => key !== 'href')
          .join(' ')}`,
    );

  it.each(HOSTILE.map((text) => [JSON.stringify(text).slice(0, 40), text]))('never becomes HTML: %s', (_name, text) => {
    expect(shapeOf(renderHtml(poisoned(text)))).toEqual(shapeOf(renderHtml(poisoned('plain'))));
    expect(partOf(renderHtml(poisoned(text)), 'stack-plain')).toBe('');
  });
});

describe('its size', () => {
  it.each([
    ['the app', {}],
    ['an app with thousands of resources', { resources: 6000, acknowledgements: 3000, tests: 2000, broken: 500 }],
  ])('stays below 2 MB for %s', (_name, size) => {
    expect(Buffer.byteLength(renderHtml(sampleReport(size)))).toBeLessThan(2 * MEGABYTES);
  });

  it('says what it leaves out', () => {
    const words = partOf(renderHtml(sampleReport({ resources: 4000 })), 'resources');
    expect(words).toMatch(
      /^Resources 4,000 resources of the templates\. [1-3],\d{3} more stand in evidence\.json alone\./,
    );
  });
});
