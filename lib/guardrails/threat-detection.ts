import { CfnDetector } from 'aws-cdk-lib/aws-guardduty';
import { Construct } from 'constructs';

/** What the app has, so what is worth the price of watching. */
const WATCHED = ['S3_DATA_EVENTS', 'LAMBDA_NETWORK_LOGS'];
/** What it has not: clusters, instances and relational databases. GuardDuty would switch them on unasked. */
const ABSENT = ['EKS_AUDIT_LOGS', 'EBS_MALWARE_PROTECTION', 'RDS_LOGIN_EVENTS', 'RUNTIME_MONITORING'];

/** GuardDuty: looks for signs of an attack in calls, DNS queries and traffic. */
export class ThreatDetection extends Construct {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    new CfnDetector(this, 'Detector', {
      enable: true,
      findingPublishingFrequency: 'FIFTEEN_MINUTES',
      features: [
        ...WATCHED.map((name) => ({ name, status: 'ENABLED' })),
        ...ABSENT.map((name) => ({ name, status: 'DISABLED' })),
      ],
    });
  }
}
