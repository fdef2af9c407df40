import { type DecisionBody, type DecisionView, decisionBodySchema } from '../../lambda/transfer/model';
import { apiOf, type ConnectionOptions, connect } from './connection';
import { CliError, EXIT, type ExitCode } from './exit';
import type { CommandContext } from './program';

export interface MayTransferOptions extends ConnectionOptions {
  readonly tenant: string;
  readonly processor: string;
  readonly purpose: string;
  readonly role: string;
  readonly field: readonly string[];
  readonly category?: readonly string[];
  readonly subject?: string;
  readonly basis: string;
  readonly evidence: string;
  /** Entity, header and template. */
  readonly dlt?: readonly string[];
}

/** `digicrm may-transfer`: asks whether data may go to a processor. A denial is exit code 3. */
export async function mayTransfer(options: MayTransferOptions, { output }: CommandContext): Promise<ExitCode> {
  const body = decisionBodySchema.safeParse(questionOf(options));
  if (!body.success)
    throw new CliError(
      EXIT.usage,
      body.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; '),
    );
  const view = await apiOf(connect(options)).decideTransfer(body.data);
  output.line(decisionInWords(view, body.data));
  output.document(view);
  return view.outcome === 'deny' ? EXIT.refused : EXIT.ok;
}

function questionOf(options: MayTransferOptions): unknown {
  const { subject, dlt } = options;
  const [entityId, header, templateId] = dlt ?? [];
  return {
    tenantId: options.tenant,
    processorId: options.processor,
    purpose: options.purpose,
    dataRole: options.role,
    categories: options.category ?? [],
    fields: options.field,
    ...(subject !== undefined && { subjectId: subject }),
    lawfulBasis: { kind: options.basis, evidenceId: options.evidence },
    ...(dlt !== undefined && { dlt: { entityId, header, templateId } }),
  };
}

function decisionInWords(view: DecisionView, { processorId, purpose }: DecisionBody): string {
  const { outcome, decidedBy, obligations, decisionId } = view;
  const verdict = outcome === 'deny' ? 'may not have it' : 'may have it';
  const kinds = ['drop', 'mask', 'tokenise', 'hash', 'truncate'] as const;
  return [
    `${outcome}: ${processorId} ${verdict} for ${purpose}`,
    ...decidedBy.map(
      ({ id, statement, citation }) => `  ${id}: ${statement}${citation === '' ? '' : ` (${citation})`}`,
    ),
    ...kinds.flatMap((kind) => {
      const fields = obligations?.[kind] ?? [];
      return fields.length === 0 ? [] : [`  ${kind} ${fields.join(', ')}`];
    }),
    `decision ${decisionId}`,
  ].join('\n');
}
