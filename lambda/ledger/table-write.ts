import * as z from 'zod';
import type { TableWrite } from './derive';
import type { Item } from './kinds';

const image = z.record(z.string(), z.looseObject({})).optional();

/** A record of a stream, as Lambda hands it over. */
export const streamRecord = z.object({
  userIdentity: z.object({ principalId: z.string().optional(), type: z.string().optional() }).nullish(),
  dynamodb: z.object({
    /** Seconds since the epoch; DynamoDB rounds them down. */
    ApproximateCreationDateTime: z.union([z.number(), z.date()]),
    SequenceNumber: z.string().regex(/^\d{1,40}$/),
    OldImage: image,
    NewImage: image,
  }),
});
export type StreamRecord = z.output<typeof streamRecord>;

/** The write that a record tells of. */
export function tableWrite({ dynamodb, userIdentity }: StreamRecord): TableWrite {
  const { ApproximateCreationDateTime: at, SequenceNumber, OldImage, NewImage } = dynamodb;
  return {
    before: OldImage && itemIn(OldImage),
    after: NewImage && itemIn(NewImage),
    // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/time-to-live-ttl-streams.html
    expired: userIdentity?.type === 'Service' && userIdentity.principalId === 'dynamodb.amazonaws.com',
    at: typeof at === 'number' ? new Date(at * 1000) : at,
    sequence: SequenceNumber,
  };
}

function itemIn(attributes: Readonly<Record<string, object>>): Item {
  return Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, valueIn(value)]));
}

/** A value out of DynamoDB's JSON, as the document client gives it, so that a scan and a stream tell the same. */
function valueIn(attribute: unknown): unknown {
  const [type, value] = Object.entries(z.record(z.string(), z.unknown()).parse(attribute))[0] ?? [];
  const many = () => z.array(z.unknown()).parse(value);
  switch (type) {
    case 'S':
      return z.string().parse(value);
    case 'N':
      return Number(z.string().parse(value));
    case 'BOOL':
      return z.boolean().parse(value);
    case 'NULL':
      return null;
    // Lambda gives binary as base64.
    case 'B':
      return Buffer.from(z.string().parse(value), 'base64');
    case 'L':
      return many().map(valueIn);
    case 'M':
      return itemIn(z.record(z.string(), z.looseObject({})).parse(value));
    case 'SS':
      return new Set(many());
    case 'NS':
      return new Set(many().map(Number));
    // No table here has others; whoever describes the item will not know it, and it is put aside.
    default:
      return value;
  }
}
