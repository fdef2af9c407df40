import type { BundledRegister } from '../../policies/schema';
import type { AnonymiseLedger } from '../anonymise/ports';
import type { Certificate } from '../certificate/certificate';
import type { Announcer, NoticeLedger } from '../disclosure/ports';
import type { HoldReader } from '../holds/hold';
import type { Clock } from '../shared/clock';
import type { Keepers, Store } from '../shared/inventory';
import type { Meter } from '../shared/metrics-meter';
import type {
  CertificateLedger,
  ErasureMetric,
  LineKeeper,
  Outbox,
  PlanLedger,
  RequestLedger,
  TerminationNotifier,
  VerificationLedger,
  WorkLedger,
} from './ports';

/** Signs certificates; the recorder alone has one. */
export interface CertificateSigner {
  /** The key that will sign. */
  key(): Promise<Certificate['signedBy']>;
  /** The signed file as text. */
  sign(certificate: Certificate): Promise<string>;
}

export interface RecorderDeps {
  readonly requests: RequestLedger;
  readonly plans: Pick<PlanLedger, 'getPlan'>;
  readonly work: WorkLedger;
  readonly verifications: Pick<VerificationLedger, 'verifications'>;
  readonly line: LineKeeper;
  readonly certificates: CertificateLedger;
  readonly signer: CertificateSigner;
  readonly outbox: Outbox;
  readonly holds: HoldReader;
  /** What processors were told of an erasure, and what they said. */
  readonly notices: Pick<NoticeLedger, 'announcement'>;
  /** Has processors told that an erasure has begun. */
  readonly announcer: Announcer;
  /** What became of rows that were anonymised. */
  readonly anonymised: Pick<AnonymiseLedger, 'outcomeOf'>;
  /** Hears what became of an erasure that the end of a contract asked for. */
  readonly terminations: TerminationNotifier;
  /** Hears what people should hear of. */
  readonly meter: Meter<ErasureMetric>;
  readonly inventory: readonly Store[];
  readonly keepers: Keepers;
  readonly register: BundledRegister;
  /** Milliseconds after which what S3 was still copying from a store has arrived in its copy. */
  readonly replicaSettleMs: number;
  readonly clock: Clock;
}
