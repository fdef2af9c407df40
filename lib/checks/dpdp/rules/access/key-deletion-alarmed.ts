import { remembered } from '../../follow';
import { isPersonal } from '../../keys';
import { documentOf } from '../../policy-documents';
import { isAbsent, reach } from '../../reach';
import type { Rule } from '../../rule';
import { SOURCES } from '../../sources';
import { listOf } from '../../statements';
import {
  at,
  isObject,
  items,
  type Template,
  type TemplateResource,
  textOf,
  textWithin,
  type Value,
} from '../../template';
import { OBSERVANCE } from './sources';

const EVENTS = ['ScheduleKeyDeletion', 'DisableKey'] as const;

export const keyDeletionAlarmed: Rule = {
  id: 'KeyDeletionAlarmed',
  area: 'monitoring',
  severity: 'error',
  title: 'Somebody is told when a key of personal data is disabled or is to be deleted.',
  why: 'With its key all data of a store is gone for good; only while it waits can that be undone.',
  fix: 'Add an `AWS::Events::Rule`, or a metric filter with an alarm, on `ScheduleKeyDeletion` and `DisableKey`.',
  serves: [OBSERVANCE, SOURCES.continuity, SOURCES.safeguards],
  types: ['AWS::KMS::Key'],
  check(key, facts) {
    if (!isPersonal(key, facts)) return 'not-applicable';
    const watched = watchedIn(key.app);
    return EVENTS.filter((event) => !watched.has(event));
  },
};

const events = new WeakMap<readonly Template[], ReadonlySet<string>>();

/** Names of events of keys, of which somebody is told. */
function watchedIn(app: readonly Template[]): ReadonlySet<string> {
  return remembered(events, app, () => {
    const rules = app.flatMap((template) => template.ofType('AWS::Events::Rule')).filter(tells);
    const alarmed = metricsOfAlarms(app);
    const filters = app
      .flatMap((template) => template.ofType('AWS::Logs::MetricFilter'))
      .filter((filter) => metricsOf(filter).some((metric) => alarmed.has(metric)));
    return new Set(
      EVENTS.filter(
        (event) =>
          rules.some((rule) => isCaughtByRule(rule, event)) ||
          filters.some((filter) => isCaughtByFilter(filter, event)),
      ),
    );
  });
}

function tells({ properties }: TemplateResource): boolean {
  const enabled = reach(properties.State).every((state) => isAbsent(state) || String(state).startsWith('ENABLED'));
  return enabled && items(properties.Targets).length > 0;
}

function isCaughtByRule({ properties }: TemplateResource, event: string): boolean {
  return reach(properties.EventPattern).every((pattern) => {
    const read = documentOf(pattern);
    const detail = at(read, 'detail');
    if (listOf(at(detail, 'eventName')).includes(event)) return true;
    const isOfKms = listOf(at(read, 'source')).includes('aws.kms');
    return isOfKms && isAbsent(at(detail, 'eventName'));
  });
}

function isCaughtByFilter({ properties }: TemplateResource, event: string): boolean {
  return new RegExp(`\\b${event}\\b`).test(textWithin(properties.FilterPattern));
}

/** Metrics of which an alarm of the app tells, by namespace and name. */
function metricsOfAlarms(app: readonly Template[]): ReadonlySet<string> {
  const alarms = app.flatMap((template) => template.ofType('AWS::CloudWatch::Alarm'));
  return new Set(
    alarms.flatMap(({ properties }) => [
      nameOf(properties.Namespace, properties.MetricName),
      ...items(properties.Metrics).map((metric) => {
        const { Namespace, MetricName } = asObject(at(metric, 'MetricStat', 'Metric'));
        return nameOf(Namespace, MetricName);
      }),
    ]),
  );
}

function metricsOf({ properties }: TemplateResource): readonly string[] {
  return items(properties.MetricTransformations).map((one) =>
    nameOf(at(one, 'MetricNamespace'), at(one, 'MetricName')),
  );
}

function nameOf(namespace: Value, name: Value): string {
  return `${textWithin(namespace)} ${textOf(name) ?? textWithin(name)}`;
}

function asObject(value: Value): Readonly<Record<string, Value>> {
  return isObject(value) ? value : {};
}
