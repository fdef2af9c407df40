import { Template } from 'aws-cdk-lib/assertions';
import { build } from '../../../bin/app';
import { MonitoringStack } from '../../../lib/monitoring/monitoring-stack';
import { stageOf } from '../../../lib/stage';
import { loadRegister } from '../../../policies/load';
import { testApp } from './stages';

let synthesised: Template | undefined;

/** Everything that monitoring can hold: that of stage prod, which has a trail. */
export function fullMonitoring(): Template {
  synthesised ??= synthesise();
  return synthesised;
}

function synthesise(): Template {
  const app = testApp({ stage: 'prod' });
  const { audit, data, controlPlane } = build(app);
  const env = { region: 'ap-south-1' };
  const register = loadRegister();
  const monitoring = new MonitoringStack(app, 'FullMonitoring', {
    env,
    register,
    stage: stageOf(app, register),
    stacks: [audit, data, controlPlane],
    controlPlane,
    trailLogs: audit.trail?.logGroup,
    logArchive: audit.logArchive,
  });
  return Template.fromStack(monitoring);
}

/** An alarm, as far as tests look at it. */
export interface AlarmProperties {
  readonly AlarmDescription: string;
  readonly Namespace: string;
  readonly MetricName: string;
  readonly Dimensions?: { Name: string; Value: unknown }[];
  readonly Statistic: string;
  readonly Period: number;
  readonly Threshold: number;
  readonly EvaluationPeriods: number;
  readonly ComparisonOperator: string;
  readonly TreatMissingData: string;
  readonly AlarmActions: unknown[];
  readonly OKActions: unknown[];
}

/** All alarms of a template, by their logical id without its hash. */
export function alarmsOf(template: Template): Record<string, AlarmProperties> {
  const alarms = Object.entries(template.findResources('AWS::CloudWatch::Alarm'));
  return Object.fromEntries(
    alarms.map(([id, { Properties }]) => [id.replace(/[0-9A-F]{8}$/, ''), Properties as AlarmProperties]),
  );
}

/** The article that an alarm or a notice names, e.g. `docs/runbooks/api.md#server-errors`. */
export function articleIn(text: string): string | undefined {
  return /What to do: (docs\/runbooks\/[\w-]+\.md#[\w-]+)/.exec(text)?.[1];
}

/** Every article that this template sends somebody to. */
export function articlesNamedIn(template: Template): Set<string> {
  const { Resources } = template.toJSON() as { Resources: Record<string, unknown> };
  const named = Object.values(Resources).map((resource) => articleIn(JSON.stringify(resource)));
  return new Set(named.filter((article) => article !== undefined));
}
