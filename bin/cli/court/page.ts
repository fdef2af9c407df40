import { type Html, html } from '../../../lib/evidence/html/markup';
import { partA, partB } from './form';
import type { Report } from './report';

const STYLE = html`
body { font: 15px/1.5 system-ui, sans-serif; color: #111; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2rem; }
table { border-collapse: collapse; width: 100%; font-size: 12px; }
th, td { border: 1px solid #999; padding: 3px 6px; text-align: left; vertical-align: top; }
code, .hash { font-family: ui-monospace, monospace; font-size: 12px; overflow-wrap: anywhere; }
pre { font-size: 12px; white-space: pre-wrap; overflow-wrap: anywhere; border: 1px solid #999; padding: 6px; }
.form { border: 1px solid #333; padding: 0 1rem 1rem; margin-top: 2rem; break-before: page; }
.blank { display: inline-block; min-width: 14rem; border-bottom: 1px solid #111; height: 1.2em; }
.short { min-width: 7rem; } .box { margin-right: 1rem; white-space: nowrap; }
.known { color: #0b3d91; } .hint { color: #444; font-size: 13px; } .signing { margin-top: 1.6rem; }
dt { font-weight: 600; margin-top: 4px; } dd { margin: 0 0 4px 1rem; }
@media print { body { margin: 0; } thead { display: table-header-group; } tr { break-inside: avoid; } }
`;

/** The report as one page that loads nothing. */
export function pageOf(report: Report): string {
  const { ledger } = report;
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Hash report of ${ledger.origin}</title><style>${STYLE}</style></head><body>
<h1>Hash report of electronic records</h1>
<p>Of ${report.about}. Made at ${report.madeAt} from the ledger <code>${ledger.origin}</code> of
${ledger.size} entries. It is laid out for a certificate under section 63 of the Bharatiya Sakshya Adhiniyam, 2023.
Whether that section applies, and whether the certificate is good, a lawyer has to say: this report is not advice.</p>
<h2>How the records came about</h2>
<p>Each record was written by the control plane that erases personal data and decides about transfers. The database
told of each write with the old and the new content; one function described it, without names of people, and put it
at the end of a Merkle tree (RFC 6962). After each batch the root of the tree was signed with a key that does not leave
AWS KMS. The storage keeps every version and lets nobody delete one (S3 Object Lock). People and tenants appear as
keyed hashes, or not at all. ${report.checked}</p>
<h2>Records</h2>
<p>${report.records.length} records. Hash: SHA-256 of the record's bytes, which are the file of that index in the folder
<code>records</code>. Times are UTC; Indian Standard Time is five and a half hours ahead.</p>
<table><thead><tr><th>No.</th><th>Time</th><th>What</th><th>About</th><th>State</th><th>SHA-256</th></tr></thead><tbody>
${report.records.map(row)}
</tbody></table>
<h2>The signed tree that they are in</h2>
<pre>${ledger.checkpoint}</pre>
<p>SHA-256 of the public key, as DER: ${report.publicKeySha256.map((hash) => html`<code>${hash}</code>`)}. Compare it
with one that you have from elsewhere.</p>
${partA(report)}
${partB()}
<h2>How to check all of this without DigiCRM</h2>
<ol>
<li>Hashes: <code>sha256sum -c SHA256SUMS</code> in this folder.</li>
<li>That a record is in the signed tree: the file of its index in <code>proofs</code> is a C2SP tlog-proof.
<code>digicrm ledger check --entry records/N.json --proof proofs/N.txt --ledger-key ledger.pem</code> checks it offline,
and docs/verify.md of the project says how to do so by other means.</li>
<li>That nobody rewrote the tree later: compare its checkpoint with one that was kept elsewhere.</li>
</ol>
</body></html>
`.text;
}

function row(record: Report['records'][number]): Html {
  const what = record.act === 'written' ? record.meaning : `${record.meaning} The record was ${record.act}.`;
  return html`<tr><td>${record.index}</td><td>${record.at}</td><td><code>${record.type}</code> ${what}</td>
<td><code>${record.about}</code></td><td>${record.state ?? ''}</td><td class="hash">${record.sha256}</td></tr>`;
}
