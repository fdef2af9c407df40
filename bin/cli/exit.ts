/** Exit codes of `digicrm`; docs/cli.md and `--help` say the same. */
export const EXIT = {
  ok: 0,
  unexpected: 1,
  usage: 2,
  refused: 3,
  notCompleted: 4,
  invalidCertificate: 5,
  unreachable: 6,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

export const EXIT_HELP = `
Exit codes:
  0  done
  1  unexpected error
  2  wrong usage, or something to be given is missing
  3  refused by the API, or the tenant is suspended, or a transfer is denied
  4  the erasure ended held, failed, cancelled, deferred or refused; or a restored copy may not serve
  5  the certificate is not valid, or the ledger does not hold
  6  timed out, or nobody answered`;

/** An error that the user can do something about: one line, and the exit code that goes with it. */
export class CliError extends Error {
  override readonly name = 'CliError';

  constructor(
    readonly exitCode: ExitCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
