import { type EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { EventNotTakenError } from '../errors';
import { EVENT_SOURCE, NOTICE_DETAIL_TYPE, STATE_DETAIL_TYPE } from '../events';
import type { EventBus } from '../ports';

/** Puts events on the bus of the control plane. An answer that names a failed entry is a failure. */
export function eventBus(events: EventBridgeClient, busName: string): EventBus {
  const put = async (detailType: string, id: string, detail: object) => {
    const answer = await events.send(
      new PutEventsCommand({
        Entries: [
          { EventBusName: busName, Source: EVENT_SOURCE, DetailType: detailType, Detail: JSON.stringify(detail) },
        ],
      }),
    );
    if (answer.FailedEntryCount !== 0) throw new EventNotTakenError(id);
  };
  return {
    notice: (event) => put(NOTICE_DETAIL_TYPE, event.noticeId, event),
    state: (event) => put(STATE_DETAIL_TYPE, event.eventId, event),
  };
}
