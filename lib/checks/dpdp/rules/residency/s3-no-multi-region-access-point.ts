import type { Rule } from '../../rule';
import { SOURCES } from '../../sources';

export const s3NoMultiRegionAccessPoint: Rule = {
  id: 'S3NoMultiRegionAccessPoint',
  area: 'residency',
  severity: 'error',
  title: 'Buckets are not served through access points of many Regions.',
  why: 'Such an access point takes a request to whichever Region is nearest, over a network that has no Region.',
  fix: 'Use `AWS::S3::AccessPoint`, which stays in its Region, or the bucket itself.',
  serves: [SOURCES.transfers, SOURCES.foreignStates],
  types: ['AWS::S3::MultiRegionAccessPoint', 'AWS::S3::MultiRegionAccessPointPolicy'],
  check: () => ['serves buckets through an access point of many Regions'],
};
