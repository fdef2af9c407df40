import { Aws, Stack } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnScheduleGroup } from 'aws-cdk-lib/aws-scheduler';
import { Construct } from 'constructs';
import { acknowledgeWildcard } from '../checks/acknowledge';
import { RISKS } from '../checks/risks';
import type { WorkQueue } from './work-queue';

/** Properties of TerminationSchedules. */
export interface TerminationSchedulesProps {
  /** Where the schedules send. */
  readonly queue: WorkQueue;
}

/** A group of one-time schedules with a role that can do nothing but send to one queue. */
export class TerminationSchedules extends Construct {
  /** Name of the group. */
  readonly groupName: string;
  /** ARN of the role with which the scheduler sends. */
  readonly roleArn: string;
  private readonly role: Role;

  constructor(scope: Construct, id: string, props: TerminationSchedulesProps) {
    super(scope, id);
    const group = new CfnScheduleGroup(this, 'Group');
    this.groupName = group.ref;
    this.role = new Role(this, 'Role', {
      description: 'EventBridge Scheduler sends ticks of terminations',
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID, 'aws:SourceArn': group.attrArn } },
      }),
    });
    props.queue.grantSend(this.role);
    this.roleArn = this.role.roleArn;
  }

  /** Lets the role make and remove schedules of terminations, with this target's role and no other. */
  grantSchedule(role: Role): void {
    const schedules = Stack.of(this).formatArn({
      service: 'scheduler',
      resource: 'schedule',
      resourceName: `${this.groupName}/tm-*`,
    });
    role.addToPolicy(
      new PolicyStatement({
        actions: ['scheduler:CreateSchedule', 'scheduler:DeleteSchedule'],
        resources: [schedules],
      }),
    );
    role.addToPolicy(
      new PolicyStatement({
        actions: ['iam:PassRole'],
        resources: [this.roleArn],
        conditions: { StringEquals: { 'iam:PassedToService': 'scheduler.amazonaws.com' } },
      }),
    );
    acknowledgeWildcard(
      role,
      {
        ...RISKS.scheduleNames,
        reason: 'Schedules are named after the termination they belong to; all are in a group of their own.',
      },
      schedules,
    );
  }
}
