import { follow, remembered } from './follow';
import { documentOf } from './policy-documents';
import { reach } from './reach';
import { at, items, type Template, type TemplateResource, type Value } from './template';

const places = new WeakMap<readonly Template[], ReadonlySet<TemplateResource>>();

/** Queues and topics of the app at which wait what failed elsewhere: what fails there has no other place to go to. */
export function isWaitingPlace(resource: TemplateResource): boolean {
  return remembered(places, resource.app, () => placesIn(resource.app)).has(resource);
}

/** Where a queue or a subscription sends what failed; its policy may be a text. */
export function deadLettersOf(redrivePolicy: Value): readonly Value[] {
  return reach(redrivePolicy).flatMap((policy) => reach(documentOf(policy), 'deadLetterTargetArn'));
}

function placesIn(app: readonly Template[]): ReadonlySet<TemplateResource> {
  const found = new Set<TemplateResource>();
  const note = (types: readonly string[], targetsOf: (resource: TemplateResource) => readonly Value[]) => {
    for (const resource of app.flatMap((template) => template.ofType(...types)))
      for (const origin of targetsOf(resource).flatMap((target) => follow(target, resource)))
        if (origin.kind === 'resource' && origin.resource !== resource) found.add(origin.resource);
  };
  note(['AWS::SQS::Queue', 'AWS::SNS::Subscription'], (one) => deadLettersOf(one.properties.RedrivePolicy));
  note(['AWS::Lambda::Function'], (one) => reach(one.properties, 'DeadLetterConfig', 'TargetArn'));
  note(['AWS::Lambda::EventSourceMapping', 'AWS::Lambda::EventInvokeConfig'], (one) =>
    reach(one.properties, 'DestinationConfig', 'OnFailure', 'Destination'),
  );
  note(['AWS::Events::Rule'], (one) =>
    items(one.properties.Targets).map((target) => at(target, 'DeadLetterConfig', 'Arn')),
  );
  note(['AWS::Scheduler::Schedule'], (one) => reach(one.properties, 'Target', 'DeadLetterConfig', 'Arn'));
  note(['AWS::Pipes::Pipe'], (one) =>
    ['DynamoDBStreamParameters', 'KinesisStreamParameters'].flatMap((name) =>
      reach(one.properties, 'SourceParameters', name, 'DeadLetterConfig', 'Arn'),
    ),
  );
  return found;
}
