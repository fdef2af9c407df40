import { type Html, html } from '../../../lib/evidence/html/markup';
import type { Report } from './report';

const BLANK = html`<span class="blank"></span>`;
const SHORT = html`<span class="blank short"></span>`;
const SOURCES = ['Computer / storage media', 'DVR', 'Mobile', 'Flash drive', 'CD/DVD', 'Server', 'Cloud', 'Other'];
const RELATIONS = ['owned', 'maintained', 'managed', 'operated'];
const ALGORITHMS = ['SHA1', 'SHA256', 'MD5', 'Other'];

/** Part A of the certificate in the Schedule: what the system knows is filled in, what a person has to say is blank. */
export function partA(report: Report): Html {
  return html`<section class="form">
<h2>Part A: to be filled in by the party</h2>
<p class="hint">Section 63(4)(c) of the Bharatiya Sakshya Adhiniyam, 2023, and its Schedule. The items are those of
the Schedule; compare the wording with the Gazette before it is signed. What is printed in blue was filled in by the
system. The blanks are for the person who signs: the system cannot know them.</p>
<ol>
<li>Name ${BLANK}, son / daughter / spouse of ${BLANK}, residing / employed at ${BLANK}, who affirms and states:</li>
<li>The electronic record was produced from this source: ${SOURCES.map((each) => box(each, each === 'Cloud'))}
<dl>
<dt>Make and model</dt><dd class="known">${report.source.model}</dd>
<dt>Colour</dt><dd class="known">not applicable to a cloud service</dd>
<dt>Serial number</dt><dd class="known">none that the provider discloses</dd>
<dt>IMEI / UIN / UID / MAC / cloud id</dt><dd class="known">${report.source.id}</dd>
<dt>AWS account</dt><dd>${BLANK}</dd>
<dt>Other information</dt><dd class="known">${report.source.more}</dd>
</dl></li>
<li>The source was under lawful control, in regular use for creating, storing or processing information in the course
of regular activities; in that time it worked properly and such information was regularly fed into it in the ordinary
course of business. Where it did not work properly or was out of operation, that did not affect the record or its
accuracy.
<dl>
<dt>Period of the records</dt><dd class="known">${period(report)}</dd>
<dt>Who had lawful control</dt><dd>${BLANK}</dd>
<dt>What the system can show</dt><dd class="known">${report.checked}</dd>
<dt>Times out of operation, and their effect</dt><dd>${BLANK}</dd>
</dl></li>
<li>The source is, by the person who signs (choose): ${RELATIONS.map((each) => box(each, false))}</li>
<li>The hash value of the electronic record is
<p class="known hash">${report.hashesCsvSha256}</p>
which is that of the enclosed file <span class="known">hashes.csv</span>; it lists
<span class="known">${report.records.length}</span> records with a hash of each. Algorithm:
${ALGORITHMS.map((each) => box(each, each === 'SHA256'))} (hash report enclosed)</li>
</ol>
<p class="signing">Name and signature ${BLANK}</p>
<p class="signing">Date (DD/MM/YYYY) ${SHORT} Time (IST, 24 hours) ${SHORT} Place ${BLANK}</p>
</section>`;
}

/** Part B is the expert's alone, and nothing of it is filled in. */
export function partB(): Html {
  return html`<section class="form">
<h2>Part B: to be filled in by the expert</h2>
<p class="hint">Left empty on purpose: an expert has to obtain the hash values herself. The last part of this report
says how.</p>
<ol>
<li>Name ${BLANK}, son / daughter / spouse of ${BLANK}, residing / employed at ${BLANK}, who affirms and states:</li>
<li>The electronic record was produced from this source: ${SOURCES.map((each) => box(each, false))}
<dl>
<dt>Make and model</dt><dd>${BLANK}</dd>
<dt>Colour</dt><dd>${BLANK}</dd>
<dt>Serial number</dt><dd>${BLANK}</dd>
<dt>IMEI / UIN / UID / MAC / cloud id</dt><dd>${BLANK}</dd>
<dt>Other information</dt><dd>${BLANK}</dd>
</dl></li>
<li>The hash value of the electronic record is ${BLANK} Algorithm: ${ALGORITHMS.map((each) => box(each, false))}</li>
</ol>
<p class="signing">Name, designation and signature ${BLANK}</p>
<p class="signing">Date (DD/MM/YYYY) ${SHORT} Time (IST, 24 hours) ${SHORT} Place ${BLANK}</p>
</section>`;
}

function box(name: string, ticked: boolean): Html {
  return html`<span class="box${ticked ? ' known' : ''}">${ticked ? '\u2611' : '\u2610'} ${name}</span>`;
}

function period({ records }: Report): string {
  const [first] = records;
  const last = records.at(-1);
  if (first === undefined || last === undefined) return 'no records';
  return `${first.at} to ${last.at}, by the clock of the database that took each write`;
}
