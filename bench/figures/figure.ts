import type { DynamoStub, S3Stub } from '../harness/processes';
import type { Figure } from '../table';

/** What a figure may use. The stubs are shared; each figure loads its own data. */
export interface BenchContext {
  readonly s3: S3Stub;
  readonly dynamodb: DynamoStub;
  /** Fewer repetitions and smaller counts, to see that everything runs. */
  readonly quick: boolean;
}

/** A group of figures that are measured together. */
export interface FigureGroup {
  readonly name: string;
  readonly title: string;
  /** One sentence: how it is measured. */
  readonly method: string;
  measure(context: BenchContext): Promise<Figure[]>;
}
