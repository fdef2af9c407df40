import { App, Stack } from 'aws-cdk-lib';
import { Match } from 'aws-cdk-lib/assertions';
import { ManagedRuleIdentifiers } from 'aws-cdk-lib/aws-config';
import { parse } from 'yaml';
import { build } from '../../../bin/app';
import { Classification } from '../../../lib/guardrails/classification';
import { conformanceTemplate } from '../../../lib/guardrails/conformance';
import { loadRegister } from '../../../policies/load';
import { templatesOf, testApp } from '../support/stages';

const register = loadRegister();
const { guardrails: prod } = templatesOf('prod');
const { guardrails: dev } = templatesOf('dev');

interface Rule {
  readonly Properties: { readonly ConfigRuleName: string; readonly Description: string; readonly Source: object };
}
const rulesIn = (region: string, from = register): Rule[] =>
  Object.values((parse(conformanceTemplate(from, region)) as { Resources: Record<string, Rule> }).Resources);

describe('GuardrailsStack', () => {
  it('records every resource of the account into the log archive', () => {
    prod.hasResourceProperties('AWS::Config::ConfigurationRecorder', {
      RecordingGroup: { AllSupported: true, IncludeGlobalResourceTypes: true },
      RoleARN: {
        'Fn::Join': ['', Match.arrayWith([':role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig'])],
      },
    });
    prod.hasResourceProperties('AWS::Config::DeliveryChannel', {
      S3KeyPrefix: 'config',
      S3KmsKeyArn: Match.anyValue(),
    });
  });

  it('watches objects and functions, and pays for nothing that the app has not', () => {
    const features = (status: string, ...names: string[]) => names.map((Name) => ({ Name, Status: status }));
    prod.hasResourceProperties('AWS::GuardDuty::Detector', {
      Enable: true,
      Features: [
        ...features('ENABLED', 'S3_DATA_EVENTS', 'LAMBDA_NETWORK_LOGS'),
        ...features('DISABLED', 'EKS_AUDIT_LOGS', 'EBS_MALWARE_PROTECTION', 'RDS_LOGIN_EVENTS', 'RUNTIME_MONITORING'),
      ],
    });
  });

  it('compares with the foundational standard, and with no other', () => {
    prod.hasResourceProperties('AWS::SecurityHub::Hub', { EnableDefaultStandards: false });
    prod.resourceCountIs('AWS::SecurityHub::Standard', 1);
    prod.hasResourceProperties('AWS::SecurityHub::Standard', {
      StandardsArn: Match.stringLikeRegexp('ap-south-1::standards/aws-foundational-security-best-practices/v/1.0.0$'),
    });
  });

  it('looks for access from outside in every stage, and for unused access where it is switched on', () => {
    for (const template of [dev, prod])
      template.hasResourceProperties('AWS::AccessAnalyzer::Analyzer', { Type: 'ACCOUNT' });
    prod.hasResourceProperties('AWS::AccessAnalyzer::Analyzer', {
      Type: 'ACCOUNT_UNUSED_ACCESS',
      AnalyzerConfiguration: { UnusedAccessConfiguration: { UnusedAccessAge: 90 } },
    });
    dev.resourceCountIs('AWS::AccessAnalyzer::Analyzer', 1);
  });

  it('looks for personal data in prod, with a key that lets Macie read, and in dev not', () => {
    prod.resourceCountIs('AWS::Macie::Session', 1);
    dev.resourceCountIs('AWS::Macie::Session', 0);
    const macie = (stage: string) =>
      JSON.stringify(templatesOf(stage).data.findResources('AWS::KMS::Key')).split('MacieClassifies').length - 1;
    expect([macie('prod'), macie('dev'), macie('local')]).toEqual([1, 0, 0]);
  });

  it('is left out of a stage whose cloud has none of it', () => {
    expect(build(testApp({ stage: 'local' })).guardrails).toBeUndefined();
  });

  it('refuses Macie in Hyderabad, where there is none', () => {
    const stack = new Stack(new App(), 'Test', { env: { region: 'ap-south-2' } });
    expect(() => new Classification(stack, 'Macie', { register })).toThrow(/there is no Macie in ap-south-2/);
  });
});

describe('the identifiers that Macie looks for', () => {
  const regexOf = (name: string) => {
    const found = Object.values(prod.findResources('AWS::Macie::CustomDataIdentifier', { Properties: { Name: name } }));
    return new RegExp(`^${found[0]?.Properties.Regex}$`);
  };

  it.each(['27AAPFU0939F1ZV', '19AABCI1234M2Z5'])('know %s as a GSTIN', (text) => {
    expect(text).toMatch(regexOf('digicrm-gstin'));
  });

  it.each(['27AAPFU0939F1AV', 'AAPFU0939F', '27aapfu0939f1zv'])('do not take %s for a GSTIN', (text) => {
    expect(text).not.toMatch(regexOf('digicrm-gstin'));
  });

  it('know a mobile number of India, and no other ten digits', () => {
    expect('9830012345').toMatch(regexOf('digicrm-mobile-number'));
    expect('1234567890').not.toMatch(regexOf('digicrm-mobile-number'));
  });
});

describe('the conformance pack', () => {
  it('has a rule for everything that a built control wants watched', () => {
    const wanted = register.controls.controls.filter((c) => c.status !== 'planned').flatMap((c) => c.watchedBy ?? []);
    expect(rulesIn('ap-south-1').map(({ Properties }) => Properties.Source)).toEqual(
      wanted.map(({ rule }) => ({ Owner: 'AWS', SourceIdentifier: rule })),
    );
    expect(wanted.length).toBeGreaterThan(15);
  });

  it('has no rule of a control that is not built, nor one that the Region does not have', () => {
    const planned = structuredClone(register);
    for (const control of planned.controls.controls) control.status = 'planned';
    expect(rulesIn('ap-south-1', planned)).toEqual([]);
    const names = (region: string) => rulesIn(region).map(({ Properties }) => Properties.ConfigRuleName);
    expect(names('ap-south-1')).toContain('macie-status-check');
    expect(names('ap-south-2')).not.toContain('macie-status-check');
  });

  it('says in each rule which control it watches, within what AWS Config takes', () => {
    for (const { Properties } of rulesIn('ap-south-1')) {
      expect(Properties.Description).toMatch(/^Control [a-z-]+: [A-Z]/);
      expect(Properties.Description.length).toBeLessThanOrEqual(256);
    }
    expect(conformanceTemplate(register, 'ap-south-1').length).toBeLessThan(51_200);
  });

  it('names rules that AWS Config has', () => {
    const known = new Set<string>([...Object.values(ManagedRuleIdentifiers), 'MACIE_STATUS_CHECK']);
    const named = register.controls.controls.flatMap((c) => (c.watchedBy ?? []).map(({ rule }) => rule));
    expect(named.filter((rule) => !known.has(rule))).toEqual([]);
  });

  it('is deployed as it stands, after the recorder and the channel', () => {
    prod.hasResource('AWS::Config::ConformancePack', {
      Properties: { TemplateBody: conformanceTemplate(register, 'ap-south-1') },
      DependsOn: [Match.stringLikeRegexp('Channel'), Match.stringLikeRegexp('Recorder')],
    });
  });
});
