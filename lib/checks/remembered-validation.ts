import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  CloudFormationValidatePlugin,
  type IPolicyValidationContext,
  type PolicyValidationPluginReport,
} from 'aws-cdk-lib';
import { version } from 'aws-cdk-lib/package.json';

/** Git-ignored. May be deleted at any time. */
const CACHE = join(__dirname, '..', '..', '.local', 'validated');

/**
 * The CDK's own validation of templates, which takes longer than the rest of synth. Templates in which this
 * version of it found nothing at all are not read again; whatever it found, if only a warning, it finds anew.
 */
export class RememberedValidation extends CloudFormationValidatePlugin {
  /** @param cache folder in which flawless templates are remembered; `@default` .local/validated */
  constructor(private readonly cache: string = CACHE) {
    super();
  }

  override validate(context: IPolicyValidationContext): PolicyValidationPluginReport {
    const flawless = join(this.cache, keyOf(context));
    if (existsSync(flawless)) return { success: true, violations: [] };
    const report = super.validate(context);
    if (report.success && report.violations.length === 0) {
      mkdirSync(this.cache, { recursive: true });
      writeFileSync(flawless, '');
    }
    return report;
  }
}

/** Everything that the validation looks at: its own version, and each template with where it will be deployed. */
function keyOf({ stackTemplates }: IPolicyValidationContext): string {
  const seen = stackTemplates.map(({ stackConstructPath, templatePath, accountId, region }) => [
    stackConstructPath,
    accountId,
    region,
    readFileSync(templatePath, 'utf8'),
  ]);
  return createHash('sha256')
    .update(JSON.stringify([version, seen]))
    .digest('hex');
}
