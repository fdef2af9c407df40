import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { EvidenceError } from './evidence-error';
import { acknowledgementsSchema, appSchema, EVIDENCE_FOLDER, outcomesSchema } from './synth-files';

const stackSchema = z.object({
  type: z.literal('aws:cloudformation:stack'),
  environment: z.string(),
  displayName: z.string().optional(),
  properties: z.object({ templateFile: z.string() }),
  additionalMetadataFile: z.string().optional(),
});
const manifestSchema = z.object({ artifacts: z.record(z.string(), z.looseObject({ type: z.string() })) });
const metadataSchema = z.record(z.string(), z.array(z.object({ type: z.string(), data: z.unknown() })));
const templateSchema = z.looseObject({
  Resources: z.record(z.string(), z.looseObject({ Type: z.string() })).default({}),
});

const violation = z.object({
  ruleName: z.string(),
  description: z.string().default(''),
  severity: z.string().optional(),
  violatingConstructs: z.array(z.object({ constructPath: z.string().optional() })),
});
const validationSchema = z.object({
  pluginReports: z.array(
    z.object({
      pluginName: z.string(),
      conclusion: z.string(),
      violations: z.array(violation),
      suppressedViolations: z
        .array(violation.extend({ acknowledgedId: z.string(), acknowledgedAt: z.string() }))
        .default([]),
    }),
  ),
});

/** What one plugin of the CDK's validation found, cdk-nag's packs among them. */
export type PluginReport = z.infer<typeof validationSchema>['pluginReports'][number];
export type SynthesisedTemplate = z.infer<typeof templateSchema>;
export type Outcomes = z.infer<typeof outcomesSchema>;
export type AppRecord = z.infer<typeof appSchema>;
export type AcknowledgementRecord = z.infer<typeof acknowledgementsSchema>[number];

export interface SynthesisedStack {
  /** Path of the construct. */
  readonly name: string;
  readonly region: string;
  readonly template: SynthesisedTemplate;
  /** By path of the construct, without a slash before it: id in the template, and the calls that created it. */
  readonly constructs: ReadonlyMap<string, { readonly logicalId: string | null; readonly frames: readonly string[] }>;
}

/** A synthesised app, as far as evidence goes. */
export interface SynthOutput {
  readonly app: AppRecord;
  readonly outcomes: Outcomes;
  readonly acknowledgements: readonly AcknowledgementRecord[];
  readonly reports: readonly PluginReport[];
  readonly stacks: readonly SynthesisedStack[];
  /** SHA-256 over the templates, in hex. */
  readonly templatesHash: string;
}

/** The file that says what was synthesised, and from which source; null where the folder has none that can be read. */
export function readApp(folder: string): AppRecord | null {
  try {
    return appSchema.parse(JSON.parse(readFileSync(join(folder, EVIDENCE_FOLDER, 'app.json'), 'utf8')));
  } catch {
    return null;
  }
}

/** @throws EvidenceError where a file is missing or is not what synth writes, with one line that names it */
export function readSynth(folder: string): SynthOutput {
  const read = <T>(file: string, schema: z.ZodType<T>): T => parse(text(folder, file), file, schema);
  const { artifacts } = read('manifest.json', manifestSchema);
  const hash = createHash('sha256');
  const stacks = Object.entries(artifacts)
    .filter(([, { type }]) => type === 'aws:cloudformation:stack')
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([id, artifact]) => {
      const stack = checked(artifact, 'manifest.json', stackSchema);
      const file = stack.properties.templateFile;
      const template = text(folder, file);
      hash.update(`${file}\0${createHash('sha256').update(template).digest('hex')}\n`);
      const metadata =
        stack.additionalMetadataFile === undefined ? {} : read(stack.additionalMetadataFile, metadataSchema);
      return {
        name: stack.displayName ?? id,
        region: stack.environment.split('/').at(-1) ?? '',
        template: parse(template, file, templateSchema),
        constructs: constructsOf(metadata),
      };
    });
  return {
    app: read(`${EVIDENCE_FOLDER}/app.json`, appSchema),
    outcomes: read(`${EVIDENCE_FOLDER}/outcomes.json`, outcomesSchema),
    acknowledgements: read(`${EVIDENCE_FOLDER}/acknowledgements.json`, acknowledgementsSchema),
    reports: read('validation-report.json', validationSchema).pluginReports,
    stacks,
    templatesHash: hash.digest('hex'),
  };
}

function constructsOf(metadata: z.infer<typeof metadataSchema>): SynthesisedStack['constructs'] {
  return new Map(
    Object.entries(metadata).map(([path, entries]) => {
      const of = (type: string) => entries.find((entry) => entry.type === type)?.data;
      const logicalId = of('aws:cdk:logicalId');
      const frames = of('aws:cdk:creationStack');
      return [
        path.replace(/^\//, ''),
        {
          logicalId: typeof logicalId === 'string' ? logicalId : null,
          frames: Array.isArray(frames) ? frames.filter((frame) => typeof frame === 'string') : [],
        },
      ];
    }),
  );
}

function text(folder: string, file: string): string {
  try {
    return readFileSync(join(folder, file), 'utf8');
  } catch {
    throw new EvidenceError(`The synthesised app has no ${file} that can be read: synthesise it again.`);
  }
}

function parse<T>(content: string, file: string, schema: z.ZodType<T>): T {
  let json: unknown;
  try {
    json = JSON.parse(content);
  } catch {
    throw new EvidenceError(`${file} of the synthesised app is not JSON: synthesise it again.`);
  }
  return checked(json, file, schema);
}

function checked<T>(json: unknown, file: string, schema: z.ZodType<T>): T {
  const result = schema.safeParse(json);
  if (result.success) return result.data;
  const place = result.error.issues[0]?.path.join('.');
  throw new EvidenceError(
    `${file} of the synthesised app is not as it should be${place ? ` at ${place}` : ''}: synthesise it again.`,
  );
}
