import { Stack } from 'aws-cdk-lib';
import { CfnConfigurationRecorder, CfnConformancePack, CfnDeliveryChannel } from 'aws-cdk-lib/aws-config';
import { CfnServiceLinkedRole } from 'aws-cdk-lib/aws-iam';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { Register } from '../../policies/schema';
import { conformanceTemplate } from './conformance';

/** Properties of a ConfigurationRecord. */
export interface ConfigurationRecordProps {
  /** The parsed register: what is to be watched. */
  readonly register: Pick<Register, 'controls'>;
  /** Name of the stage, for the conformance pack's name. */
  readonly stageName: string;
  /** Where the record is kept, below `config/`. */
  readonly history: IBucket;
}

/** AWS Config: a record of how every resource is and was set up, and rules that compare it with the register. */
export class ConfigurationRecord extends Construct {
  constructor(scope: Construct, id: string, { register, stageName, history }: ConfigurationRecordProps) {
    super(scope, id);
    const { region, account, partition } = Stack.of(this);
    // Service-linked: AWS keeps what it may read up to date, and no administrator can change it.
    const role = new CfnServiceLinkedRole(this, 'Role', { awsServiceName: 'config.amazonaws.com' });
    const recorder = new CfnConfigurationRecorder(this, 'Recorder', {
      roleArn: `arn:${partition}:iam::${account}:role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig`,
      recordingGroup: { allSupported: true, includeGlobalResourceTypes: true },
    });
    recorder.addResourceDependency(role);
    // Neither waits for the other: each can be finished only when both are there.
    const channel = new CfnDeliveryChannel(this, 'Channel', {
      s3BucketName: history.bucketName,
      s3KeyPrefix: 'config',
      s3KmsKeyArn: history.encryptionKey?.keyArn,
      configSnapshotDeliveryProperties: { deliveryFrequency: 'TwentyFour_Hours' },
    });
    const pack = new CfnConformancePack(this, 'Controls', {
      conformancePackName: `digicrm-controls-${stageName}`,
      templateBody: conformanceTemplate(register, region),
    });
    // New in CloudFormation, and not yet known in every Region's schema.
    pack.addPropertyDeletionOverride('Tags');
    pack.addResourceDependency(recorder);
    pack.addResourceDependency(channel);
  }
}
