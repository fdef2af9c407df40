import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import {
  type EvidenceBody,
  evidenceBodySchema,
  type NoticeList,
  type NoticeView,
} from '../../lambda/disclosure/notice-views';
import { apiOf, type ConnectionOptions, connect } from './connection';
import { CliError, EXIT, type ExitCode } from './exit';
import type { CommandContext } from './program';
import { table } from './words';

type WithId = ConnectionOptions & { readonly id: string };

/** `digicrm processors`: who was told of an erasure, and what each has said by now. */
export async function processors(options: WithId, { output }: CommandContext): Promise<ExitCode> {
  const list = await apiOf(connect(options)).erasureProcessors(options.id);
  output.line(noticesInWords(list));
  output.document(list);
  return EXIT.ok;
}

export interface EvidenceOptions extends WithId {
  readonly processor: string;
  readonly file: string;
  readonly by: string;
}

/** `digicrm evidence`: shows that a processor erased. The file is hashed here and does not leave this computer. */
export async function evidence(options: EvidenceOptions, { output }: CommandContext): Promise<ExitCode> {
  const body: EvidenceBody = checked({ sha256: await hashOfFile(options.file), by: options.by });
  const view = await apiOf(asLegalDesk(options)).showEvidence(options.id, options.processor, body);
  output.line(`evidence  ${body.sha256}`);
  output.line(`${view.processorId}: ${noticeInWords(view)}`);
  output.document(view);
  return EXIT.ok;
}

/** No other client of the register may show evidence. */
function asLegalDesk(options: ConnectionOptions) {
  return connect({ ...options, client: options.client ?? process.env.DIGICRM_CLIENT ?? 'legal-desk' });
}

function checked(body: EvidenceBody): EvidenceBody {
  const parsed = evidenceBodySchema.safeParse(body);
  if (parsed.success) return parsed.data;
  throw new CliError(
    EXIT.usage,
    parsed.error.issues.map((each) => `${each.path.join('.')}: ${each.message}`).join('; '),
  );
}

async function hashOfFile(file: string): Promise<string> {
  const hash = createHash('sha256');
  try {
    for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  } catch (cause) {
    throw new CliError(EXIT.usage, `Cannot read the file ${file}: check the name.`, { cause });
  }
  return hash.digest('hex');
}

function noticesInWords({ announcedAt, untold, items }: NoticeList): string {
  const rows = items.map((notice) => [notice.processorId, notice.route, noticeInWords(notice), notice.deadline]);
  const byHand = items.filter(({ state, how }) => state === 'by-hand' && how !== null);
  return [
    ...(items.length > 0 ? [table(['processor', 'route', 'state', 'has until'], rows)] : []),
    ...byHand.map(({ processorId, how, reference }) => `! tell ${processorId} of its customer ${reference}: ${how}`),
    ...untold.map((id) => `! ${id} was not told yet`),
    ...(items.length + untold.length === 0 ? ['No processor has the data.'] : []),
    ...(announcedAt === null ? ['Not all were told yet: the erasure has not begun, or a legal hold stops it.'] : []),
  ].join('\n');
}

function noticeInWords({ state, answeredAt, attempts, late, evidence: shown }: NoticeView): string {
  const words: Record<NoticeView['state'], string> = {
    'to-tell': attempts === 0 ? 'to be told' : `not reached in ${attempts} tries`,
    told: 'told, no answer yet',
    acknowledged: `erased, it said at ${answeredAt}`,
    refused: `refused at ${answeredAt}`,
    'by-hand': 'a person has to tell it',
    evidenced: `erased, shown by ${shown?.by} at ${answeredAt}`,
  };
  return late ? `${words[state]} (late)` : words[state];
}
