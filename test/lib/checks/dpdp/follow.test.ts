import { follow } from '../../../../lib/checks/dpdp/follow';
import { type RawTemplate, type TemplateResource, templatesOf, type Value } from '../../../../lib/checks/dpdp/template';
import { regionsOf, UNKNOWN_REGION } from '../../../../lib/checks/dpdp/whereabouts';
import { arnOf, either, NO_VALUE, PARAMETER, sub } from './support/one';

const RESOURCES = { It: { Type: 'AWS::Made::Up' }, Own: { Type: 'AWS::S3::Bucket' } };

/** A resource of a stack in Mumbai, beside a stack in Frankfurt. */
function given(abroad: RawTemplate = {}, home: RawTemplate = { Resources: RESOURCES }): TemplateResource {
  const [template] = templatesOf([
    { stack: 'Home', region: 'ap-south-1', template: home },
    { stack: 'Stage/Abroad', region: 'eu-central-1', template: abroad },
  ]);
  const it = template?.resource('It');
  if (it === undefined) throw new Error('The template has no resource It.');
  return it;
}

const BUCKET_ABROAD: RawTemplate = {
  Resources: { Theirs: { Type: 'AWS::S3::Bucket' } },
  Outputs: { BucketArn: { Value: arnOf('Theirs'), Export: { Name: 'Abroad:BucketArn' } } },
};

describe('what a value stands for', () => {
  it.each<[string, Value, string[]]>([
    ['a resource of the stack', arnOf('Own'), ['<AWS::Region>']],
    ['a resource of the stack and more text', { 'Fn::Join': ['', [arnOf('Own'), '/logs']] }, ['<AWS::Region>']],
    ['an export', { 'Fn::ImportValue': 'Abroad:BucketArn' }, ['eu-central-1']],
    ['an export that nobody makes', { 'Fn::ImportValue': 'Nobody' }, [UNKNOWN_REGION]],
    [
      'an output of a stack',
      { 'Fn::GetStackOutput': { StackName: 'Stage-Abroad', OutputName: 'BucketArn' } },
      ['eu-central-1'],
    ],
    [
      'an output of a stack that is not in the app',
      { 'Fn::GetStackOutput': { StackName: 'X', Region: 'us-east-1', OutputName: 'Y' } },
      ['us-east-1'],
    ],
    ['a parameter', PARAMETER, [UNKNOWN_REGION]],
    ['both sides of a condition', either('arn:aws:sqs:us-east-1:1:q', NO_VALUE), ['us-east-1']],
    [
      'a condition within a text',
      { 'Fn::Join': [':', ['arn:aws:sqs', either('us-east-1', 'eu-west-1'), '1:q']] },
      ['us-east-1', 'eu-west-1'],
    ],
    [
      'an ARN that was taken apart',
      { 'Fn::Join': ['', ['arn:aws:sqs:', { 'Fn::Select': [3, { 'Fn::Split': [':', arnOf('Own')] }] }, ':1:q']] },
      ['<AWS::Region>'],
    ],
    ['a text with a variable of its own', sub('arn:aws:sqs:<R>:1:q', { R: 'eu-west-1' }), ['eu-west-1']],
    ['a map of the template', { 'Fn::FindInMap': ['Map', 'a', 'b'] }, [UNKNOWN_REGION]],
  ])('%s', (_, value, regions) => {
    expect(regionsOf(value, given(BUCKET_ABROAD))).toEqual(regions);
  });

  it('is what the stack around hands to a nested stack', () => {
    const around: RawTemplate = {
      Resources: {
        Theirs: { Type: 'AWS::S3::Bucket' },
        Nested: { Type: 'AWS::CloudFormation::Stack', Properties: { Parameters: { handedOver: arnOf('Theirs') } } },
      },
    };
    expect(follow({ Ref: 'handedOver' }, given(around))).toEqual([
      { kind: 'resource', resource: expect.objectContaining({ logicalId: 'Theirs' }), attribute: 'Arn' },
    ]);
  });

  it('is what a nested stack gives back', () => {
    const home = { Resources: { ...RESOURCES, Nested: { Type: 'AWS::CloudFormation::Stack' } } };
    const value = { 'Fn::GetAtt': ['Nested', 'Outputs.BucketArn'] };
    expect(regionsOf(value, given(BUCKET_ABROAD, home))).toEqual(['eu-central-1']);
  });

  it('is unknown where references run in a circle', () => {
    const circle: RawTemplate = {
      Outputs: { Round: { Value: { 'Fn::ImportValue': 'Round' }, Export: { Name: 'Round' } } },
    };
    expect(follow({ 'Fn::ImportValue': 'Round' }, given(circle))).toEqual([{ kind: 'unknown' }]);
  });

  it('gives up on a text that conditions make too many of', () => {
    const parts = Array.from({ length: 12 }, (_, i) => either(`a${i}`, `b${i}`));
    expect(follow({ 'Fn::Join': ['', parts] }, given())).toEqual([{ kind: 'unknown' }]);
  });
});
