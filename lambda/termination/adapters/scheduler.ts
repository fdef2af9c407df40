import {
  ConflictException,
  CreateScheduleCommand,
  DeleteScheduleCommand,
  ResourceNotFoundException,
  type SchedulerClient,
} from '@aws-sdk/client-scheduler';
import { ScheduleFaultError } from '../errors';
import type { ScheduledTick, Schedules } from '../ports';

export interface ScheduleTarget {
  readonly groupName: string;
  /** Queue of the keeper. */
  readonly queueArn: string;
  /** Role with which the scheduler sends. */
  readonly roleArn: string;
}

/** One-time schedules of EventBridge Scheduler; each removes itself once it has fired. */
export function oneTimeSchedules(scheduler: SchedulerClient, target: ScheduleTarget): Schedules {
  return {
    async put(schedule) {
      try {
        await scheduler.send(new CreateScheduleCommand(commandOf(schedule, target)));
      } catch (error) {
        if (!(error instanceof ConflictException))
          throw new ScheduleFaultError(schedule.terminationId, { cause: error });
      }
    },
    async cancel(name, terminationId) {
      try {
        await scheduler.send(new DeleteScheduleCommand({ GroupName: target.groupName, Name: name }));
      } catch (error) {
        if (!(error instanceof ResourceNotFoundException))
          throw new ScheduleFaultError(terminationId, { cause: error });
      }
    },
  };
}

function commandOf(
  { name, at, tenantId, terminationId }: ScheduledTick,
  { groupName, queueArn, roleArn }: ScheduleTarget,
) {
  return {
    Name: name,
    GroupName: groupName,
    // Seconds are the finest it takes; cut off, so that it never comes late by them.
    ScheduleExpression: `at(${at.toISOString().slice(0, 19)})`,
    ScheduleExpressionTimezone: 'UTC',
    FlexibleTimeWindow: { Mode: 'OFF' as const },
    ActionAfterCompletion: 'DELETE' as const,
    Target: {
      Arn: queueArn,
      RoleArn: roleArn,
      // The scheduler puts in the time of its own clock: the second opinion on what time it is.
      Input: JSON.stringify({ type: 'tick', tenantId, terminationId, observedAt: '<aws.scheduler.scheduled-time>' }),
    },
  };
}
