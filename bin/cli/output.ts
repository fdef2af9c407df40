import { CliError, EXIT, type ExitCode } from './exit';

/** Where a command writes. Tests give their own. */
export interface Streams {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

/** For people: lines. With `--json`: exactly one JSON document on stdout and nothing else. */
export class Output {
  constructor(
    private readonly streams: Streams,
    readonly json: boolean,
  ) {}

  /** A line for people; not printed with `--json`. */
  line(text = ''): void {
    if (!this.json) this.streams.out(`${text}\n`);
  }

  /** How far something long is, on one line that the next one takes the place of; only in a terminal. */
  progress(text: string): void {
    if (!this.json && process.stderr.isTTY) this.streams.err(`\r\u001b[K${text}`);
  }

  /** The answer as JSON; not printed without `--json`. */
  document(value: unknown): void {
    if (this.json) this.streams.out(`${JSON.stringify(value, null, 2)}\n`);
  }

  /** Bytes that are the answer in both forms. */
  raw(text: string): void {
    this.streams.out(text);
  }

  /** One line on stderr, and with `--json` also a document; returns the exit code. */
  failure(error: unknown): ExitCode {
    const { exitCode, message } = describe(error);
    this.streams.err(`digicrm: ${message.replace(/\s*\n\s*/g, ' ')}\n`);
    const problem = error instanceof Error && 'problem' in error ? { problem: error.problem } : {};
    this.document({ error: { exitCode, message, ...problem } });
    return exitCode;
  }
}

/** Exit code and words of an error. */
export function describe(error: unknown): { exitCode: ExitCode; message: string } {
  if (error instanceof CliError) return error;
  if (!(error instanceof Error)) return { exitCode: EXIT.unexpected, message: String(error) };
  // The AWS SDK's words when a machine has no credentials are long and name files; the cure is short.
  if (error.name === 'CredentialsProviderError')
    return { exitCode: EXIT.usage, message: 'No AWS credentials: set AWS_PROFILE or sign in first.' };
  if (/ECONNREFUSED|ENOTFOUND|EHOSTUNREACH|ETIMEDOUT|fetch failed/.test(`${error.message} ${causeOf(error)}`))
    return { exitCode: EXIT.unreachable, message: 'Nobody answers there. Is the local cloud running (npm run local)?' };
  return { exitCode: EXIT.unexpected, message: error.message === '' ? error.name : error.message };
}

function causeOf(error: Error): string {
  const { cause } = error;
  return cause instanceof Error ? `${cause.message} ${(cause as NodeJS.ErrnoException).code ?? ''}` : '';
}
