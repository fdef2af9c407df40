import { Stack } from 'aws-cdk-lib';
import { CfnCustomDataIdentifier, CfnSession } from 'aws-cdk-lib/aws-macie';
import { Construct } from 'constructs';
import type { Register } from '../../policies/schema';

/** Properties of a Classification. */
export interface ClassificationProps {
  /** The parsed register: the one Region that has Macie. */
  readonly register: Pick<Register, 'regions'>;
}

/**
 * Macie: looks for personal data where none should be. It samples objects of the live stores, which are
 * under a key that lets it; the vault, the books and the logs are closed to it.
 */
export class Classification extends Construct {
  constructor(scope: Construct, id: string, { register }: ClassificationProps) {
    super(scope, id);
    const { region } = Stack.of(this);
    const { home } = register.regions;
    if (region !== home.region)
      throw new Error(`${this.node.path}: there is no Macie in ${region}; classify in ${home.region}, before copying.`);
    const session = new CfnSession(this, 'Session', {
      status: 'ENABLED',
      findingPublishingFrequency: 'FIFTEEN_MINUTES',
    });
    for (const identifier of [this.gstin(), this.mobileNumber()]) identifier.addResourceDependency(session);
  }

  /** Number of a business under GST: State, PAN, and three more characters. */
  private gstin(): CfnCustomDataIdentifier {
    return new CfnCustomDataIdentifier(this, 'Gstin', {
      name: 'digicrm-gstin',
      description: 'GSTIN, which holds the PAN of its owner',
      regex: '[0-3][0-9][A-Z]{5}[0-9]{4}[A-Z][1-9A-Z]Z[0-9A-Z]',
    });
  }

  /** Ten digits could be anything, so a word beside them has to say so. */
  private mobileNumber(): CfnCustomDataIdentifier {
    return new CfnCustomDataIdentifier(this, 'MobileNumber', {
      name: 'digicrm-mobile-number',
      description: 'Mobile number of India',
      regex: '[6-9][0-9]{9}',
      keywords: ['mobile', 'phone', 'whatsapp', 'contact', '+91'],
      maximumMatchDistance: 50,
    });
  }
}
