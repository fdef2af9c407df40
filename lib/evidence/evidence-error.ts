/** No report can be made; `problems` has one line for each thing to mend, as has the message. */
export class EvidenceError extends Error {
  override readonly name = 'EvidenceError';
  readonly problems: readonly string[];

  constructor(...problems: readonly string[]) {
    super(problems.join('\n'));
    this.problems = problems;
  }
}
