import {
  type App,
  type IPolicyValidationContext,
  type IPolicyValidationPlugin,
  type PolicyValidationPluginReport,
  type PolicyViolation,
  Validations,
} from 'aws-cdk-lib';
import type { NagPack } from 'cdk-nag';
import type { IConstruct } from 'constructs';
import { dayInIndia } from '../../lambda/retention/civil-date';
import { type Clock, instant } from '../../lambda/shared/clock';
import { acknowledgementsOf, type MadeAcknowledgement } from './acknowledge';
import { type CallSite, siteIn } from './call-site';
import { asCompared, ObservedPack } from './observed-pack';

/** Properties of `guardAcknowledgements`. */
export interface GuardProps {
  /** Packs whose findings may be acknowledged. They are added to the app; it must not have them already. */
  readonly packs: readonly NagPack[];
  /** By which acknowledgements expire; undefined = they do not, as where an app is only looked at and not deployed. */
  readonly clock: Clock | undefined;
}

/**
 * Adds rule packs to an app, and behind them a check of what was acknowledged. Synth fails for an acknowledgement that
 * has expired, is not qualified, has no owner because it was not made with `acknowledge`, or matches no finding.
 */
export function guardAcknowledgements(app: App, { packs, clock }: GuardProps): void {
  const observed = packs.map((pack) => new ObservedPack(pack));
  // Plugins run in the order in which they are added: the last one knows what the others found.
  Validations.of(app).addPlugins(...observed, new AcknowledgementGuard(observed, clock));
}

/** An acknowledgement as the CDK keeps it, whoever made it. */
interface Kept {
  readonly at: string;
  readonly id: string;
  readonly reason: string;
  readonly source: CallSite | null;
}

interface Problem {
  readonly rule: 'Expired' | 'Unqualified' | 'WithoutOwner' | 'MatchesNothing';
  readonly at: string;
  readonly says: string;
}

/** The CDK puts ids without a pack here, and its own warnings, which fail nothing. */
const UNQUALIFIED = /^annotation::(?!@aws-cdk\/)/i;
const WARNING = /^annotation::@aws-cdk\//i;

class AcknowledgementGuard implements IPolicyValidationPlugin {
  readonly name = 'Acknowledgements';

  constructor(
    private readonly packs: readonly ObservedPack[],
    private readonly clock: Clock | undefined,
  ) {}

  validate({ appConstruct: app }: IPolicyValidationContext): PolicyValidationPluginReport {
    const kept = keptIn(app);
    const made = acknowledgementsOf(app);
    const violations = [...this.careless(kept, made), ...this.expired(made), ...this.idle(kept, made)].map(violationOf);
    return { success: violations.length === 0, violations };
  }

  private careless(kept: readonly Kept[], made: readonly MadeAcknowledgement[]): Problem[] {
    const owned = new Set(
      made.flatMap(({ construct, terms, findings }) =>
        findings.map((id) => keyOf({ at: construct.node.path, id: asCompared(id), reason: terms.reason })),
      ),
    );
    return kept
      .filter((entry) => !owned.has(keyOf(entry)) && !WARNING.test(entry.id))
      .map(({ at, id, source }) => {
        const bare = id.replace(UNQUALIFIED, '');
        const says = `${placed(at, source)} acknowledges "${bare}"`;
        const call = 'acknowledge(construct, { reason, owner, expires, ticket }, …)';
        return bare === id && id.includes('::')
          ? { rule: 'WithoutOwner', at, says: `${says} without an owner and a date: use ${call}.` }
          : {
              rule: 'Unqualified',
              at,
              says: `${says}, which is not qualified, so that the finding would vanish from the report: use ${call} with ${this.qualified(bare)}.`,
            };
      });
  }

  private qualified(id: string): string {
    const pack = this.packs.find(({ name }) => id.startsWith(`${name}-`));
    return pack ? `"${pack.name}::${id}"` : 'an id such as "AwsSolutions::AwsSolutions-S1"';
  }

  private expired(made: readonly MadeAcknowledgement[]): Problem[] {
    if (this.clock === undefined) return [];
    const today = dayInIndia(instant(this.clock.now()));
    return made
      .filter(({ terms }) => terms.expires < today)
      .map(({ construct: { node }, terms, findings, source }) => ({
        rule: 'Expired',
        at: node.path,
        says: `${placed(node.path, source)} acknowledges ${quoted(findings)} until ${terms.expires}, which is over (${terms.ticket}, owner ${terms.owner}): fix the finding, or review ${terms.ticket} and set a new date.`,
      }));
  }

  /** The CDK counts a finding to the nearest construct that acknowledges it; what it counts to nobody is idle. */
  private idle(kept: readonly Kept[], made: readonly MadeAcknowledgement[]): Problem[] {
    const places = new Set(kept.map(({ at, id }) => `${at}\n${id}`));
    const used = new Set(
      this.packs.flatMap(({ findings = [] }) =>
        findings.map(({ id, at }) => [...upwards(at)].map((path) => `${path}\n${id}`).find((key) => places.has(key))),
      ),
    );
    const failed = this.packs.filter(({ findings }) => findings === undefined).map(({ name }) => `${name}::`);
    return made.flatMap(({ construct: { node }, findings, source }) =>
      findings
        .filter((id) => !used.has(`${node.path}\n${asCompared(id)}`) && !failed.some((name) => id.startsWith(name)))
        .map((id) => ({
          rule: 'MatchesNothing',
          at: node.path,
          says: `${placed(node.path, source)} acknowledges "${id}", ${this.whyIdle(id)}: remove the acknowledgement.`,
        })),
    );
  }

  private whyIdle(id: string): string {
    const runs = this.packs.some(({ name }) => id.startsWith(`${asCompared(name)}::`));
    return runs ? 'which matches no finding there' : 'which is of a pack that does not run here';
  }
}

function keptIn(app: IConstruct): Kept[] {
  return app.node.findAll().flatMap(({ node }) =>
    node.metadata
      .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
      .flatMap(({ data, trace }) =>
        Object.entries((data ?? {}) as Readonly<Record<string, string>>).map(([id, reason]) => ({
          ...{ at: node.path, id, reason },
          source: siteIn(trace ?? []),
        })),
      ),
  );
}

/** The path, and those of all constructs around it; the app's own is empty. */
function* upwards(path: string): Generator<string> {
  for (let at = path; at !== ''; at = at.includes('/') ? at.slice(0, at.lastIndexOf('/')) : '') yield at;
  yield '';
}

function violationOf({ rule, at, says }: Problem): PolicyViolation {
  return {
    ruleName: `Acknowledgements-${rule}`,
    description: says,
    // The one severity that cannot be acknowledged.
    severity: 'fatal',
    violatingResources: [{ constructPath: at, locations: [] }],
  };
}

function placed(at: string, source: CallSite | null): string {
  const path = at === '' ? 'The app' : at;
  return source === null ? path : `${path} (${source.file}:${source.line})`;
}

function quoted(ids: readonly string[]): string {
  return ids.map((id) => `"${id}"`).join(', ');
}

function keyOf({ at, id, reason }: Pick<Kept, 'at' | 'id' | 'reason'>): string {
  return [at, id, reason].join('\n');
}
