import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { csvOf } from '../../lib/evidence/csv';
import { renderHtml } from '../../lib/evidence/html/render';
import type { EvidenceReport } from '../../lib/evidence/model';
import { assessmentResultsOf, componentDefinitionOf } from '../../lib/evidence/oscal';
import { sarifOf } from '../../lib/evidence/sarif';
import type { SourcePlaces } from '../../lib/evidence/source-places';

/** Writes the report and its views, and keeps what the packs wrote beside, without paths of the machine. */
export function writeReport(report: EvidenceReport, out: string, synthFolder: string, places: SourcePlaces): void {
  mkdirSync(join(out, 'oscal'), { recursive: true });
  const json = (name: string, content: unknown) => write(name, `${JSON.stringify(content, null, 1)}\n`);
  const write = (name: string, content: string) => writeFileSync(join(out, name), content);
  write('evidence.html', renderHtml(report));
  json('evidence.sarif', sarifOf(report));
  json(join('oscal', 'component-definition.json'), componentDefinitionOf(report));
  json(join('oscal', 'assessment-results.json'), assessmentResultsOf(report));
  write('matrix.csv', csvOf(report));
  write(
    'validation-report.json',
    places.withoutMachine(readFileSync(join(synthFolder, 'validation-report.json'), 'utf8')),
  );
  // Last: the next run compares with it, so it is there only when the views are.
  json('evidence.json', report);
}
