import { LEDGER_ROUTES } from '../../lambda/ledger/paths';
import { consistencyQuerySchema, inclusionQuerySchema } from '../../lambda/ledger/routes';
import {
  checkpointViewSchema,
  consistencyViewSchema,
  entryViewSchema,
  inclusionViewSchema,
} from '../../lambda/ledger/view';
import { apiPart, pathParameter, queryParameters } from './part';

/** The ledger, and proofs that anyone can check without it. */
export const ledger = apiPart(LEDGER_ROUTES, {
  tag: { name: 'ledger', description: 'What was decided and done, and proofs that nobody rewrote it.' },
  inputs: {},
  outputs: {
    LedgerCheckpoint: checkpointViewSchema,
    LedgerEntry: entryViewSchema,
    InclusionProof: inclusionViewSchema,
    ConsistencyProof: consistencyViewSchema,
  },
  examples: {
    'ledger-checkpoint': { schema: checkpointViewSchema, summary: 'The latest checkpoint' },
    'ledger-entry': { schema: entryViewSchema, summary: 'A certificate was issued' },
    'ledger-inclusion': { schema: inclusionViewSchema, summary: 'The entry is in the tree of the checkpoint' },
    'ledger-consistency': { schema: consistencyViewSchema, summary: 'The tree of 13 entries begins with that of 8' },
  },
  operations: {
    '/v1/ledger/checkpoint': {
      GET: {
        operationId: 'getLedgerCheckpoint',
        summary: 'Read the latest checkpoint',
        description:
          'Name, size and root of the tree, signed (C2SP tlog-checkpoint). Keep it where nobody of DigiCRM can change it: whoever holds one can prove a rewrite of everything before it. Only a client for all tenants may ask.',
        action: 'ledger:read',
        success: {
          status: 200,
          description: 'The checkpoint, word for word.',
          schema: 'LedgerCheckpoint',
          example: 'ledger-checkpoint',
        },
        problems: ['not-ready'],
      },
    },
    '/v1/ledger/entries/{index}': {
      GET: {
        operationId: 'getLedgerEntry',
        summary: 'Read one event',
        description:
          'The very bytes that are hashed. An event names no tenant and no person: both are keyed hashes. docs/ledger.md lists the kinds of events.',
        action: 'ledger:read',
        parameters: [pathParameter('index', 'Place in the tree, counted from 0.')],
        success: { status: 200, description: 'The event.', schema: 'LedgerEntry', example: 'ledger-entry' },
        problems: ['bad-request', 'not-found', 'not-ready'],
      },
    },
    '/v1/ledger/proofs/inclusion': {
      GET: {
        operationId: 'proveInclusion',
        summary: 'Prove that an event is in the tree',
        description:
          'For an entry by its index, or for the latest event about something, e.g. `about=er-…` or `about=er-…/certificate/0001`. The answer has everything that a check needs but the public key, and was checked before it was sent.',
        action: 'ledger:read',
        parameters: queryParameters(inclusionQuerySchema, {
          index: 'Place of the entry, counted from 0. Give this or about.',
          about: 'What the event is about, as its member about says. Give this or index.',
          size: 'Size of a signed checkpoint; without it the latest.',
        }),
        success: { status: 200, description: 'The proof.', schema: 'InclusionProof', example: 'ledger-inclusion' },
        problems: ['bad-request', 'not-found', 'not-ready'],
      },
    },
    '/v1/ledger/proofs/consistency': {
      GET: {
        operationId: 'proveConsistency',
        summary: 'Prove that the tree only grew between two checkpoints',
        description:
          'Both sizes are those of signed checkpoints; `from` may be 0. It was checked against both before it was sent.',
        action: 'ledger:read',
        parameters: queryParameters(consistencyQuerySchema, {
          from: 'Size of the older checkpoint.',
          to: 'Size of the newer checkpoint; without it the latest.',
        }),
        success: { status: 200, description: 'The proof.', schema: 'ConsistencyProof', example: 'ledger-consistency' },
        problems: ['bad-request', 'not-found', 'conflict', 'not-ready'],
      },
    },
  },
});
