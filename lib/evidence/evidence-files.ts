import { mkdirSync, realpathSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { type App, type IPolicyValidationPlugin, type PolicyValidationPluginReport, Stack } from 'aws-cdk-lib';
import type * as z from 'zod';
import { acknowledgementsOf } from '../checks/acknowledge';
import type { Outcomes } from '../checks/dpdp/outcomes';
import { Inventory } from '../data/inventory';
import type { AppStage } from '../stage';
import { sourceHash } from './source-hash';
import { type acknowledgementsSchema, type appSchema, EVIDENCE_FOLDER, type outcomesSchema } from './synth-files';

/** A pack that keeps what its rules said. */
export interface RecordingPack {
  readonly name: string;
  readonly outcomes: Outcomes;
}

/** Properties of EvidenceFiles. */
export interface EvidenceFilesProps {
  readonly app: App;
  readonly stage: AppStage;
  readonly packs: readonly RecordingPack[];
}

const ROOT = join(__dirname, '..', '..');

/**
 * Writes what the evidence report needs into the output of synth, also where a pack failed it. To be added after the packs.
 * It finds nothing itself. Where nobody said where the output goes, as in most tests, nobody will read it: nothing is written.
 */
export class EvidenceFiles implements IPolicyValidationPlugin {
  readonly name = 'Evidence';

  constructor(private readonly props: EvidenceFilesProps) {}

  validate(): PolicyValidationPluginReport {
    const { app, stage, packs } = this.props;
    if (!isMadeUp(app.outdir)) {
      const folder = join(app.outdir, EVIDENCE_FOLDER);
      mkdirSync(folder, { recursive: true });
      const write = (name: string, content: unknown) =>
        writeFileSync(join(folder, `${name}.json`), `${JSON.stringify(content, undefined, 1)}\n`);
      write('outcomes', outcomesOf(packs));
      write('acknowledgements', acknowledgementsIn(app));
      write('app', descriptionOf(app, stage));
    }
    return { success: true, violations: [] };
  }
}

/** A folder that the CDK made for itself because it was told none. */
function isMadeUp(outdir: string): boolean {
  return /^cdk\.out\w{6}$/.test(basename(outdir)) && dirname(outdir) === realpathSync(tmpdir());
}

function outcomesOf(packs: readonly RecordingPack[]): z.infer<typeof outcomesSchema> {
  return packs.map(({ name, outcomes }) => ({ pack: name, outcomes: [...outcomes.all()] }));
}

function acknowledgementsIn(app: App): z.infer<typeof acknowledgementsSchema> {
  const all = acknowledgementsOf(app).map(({ construct, terms, findings, source }) =>
    JSON.stringify({ at: construct.node.path, findings, ...terms, source }),
  );
  // A grant that is given twice to a role is acknowledged twice.
  return [...new Set(all)].sort().map((json) => JSON.parse(json));
}

function descriptionOf(app: App, { name, config }: AppStage): z.infer<typeof appSchema> {
  return {
    stage: name,
    sourceHash: sourceHash(ROOT),
    stores: Inventory.of(app).places.map(({ construct, store }) => ({
      id: store.id,
      kind: store.kind,
      at: construct.node.path,
      stack: Stack.of(construct).node.path,
      region: Stack.of(construct).region,
      dataRole: store.dataRole,
      dataClass: store.dataClass,
      copyOf: store.replicaOf ?? null,
    })),
    switches: Object.entries(config.switches).map(([id, state]) => ({
      id,
      on: state.enabled,
      reason: state.enabled ? null : state.reason,
    })),
  };
}
