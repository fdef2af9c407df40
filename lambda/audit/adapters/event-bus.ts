import { type EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { EVENT_SOURCE } from '../../termination/events';
import { INTEGRITY_DETAIL_TYPE, type IntegrityEvent } from '../integrity-event';

/** Puts what a validation came to on the bus. @throws Error when the bus does not take it */
export async function putIntegrity(events: EventBridgeClient, busName: string, event: IntegrityEvent): Promise<void> {
  const entry = {
    EventBusName: busName,
    Source: EVENT_SOURCE,
    DetailType: INTEGRITY_DETAIL_TYPE,
    Detail: JSON.stringify(event),
  };
  const answer = await events.send(new PutEventsCommand({ Entries: [entry] }));
  if (answer.FailedEntryCount !== 0) throw new Error('the event bus did not take the result of the validation');
}
