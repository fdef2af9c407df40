import { answeredRules, nistFindings } from './nist-findings';

/**
 * Prints what the NIST 800-53 R5 pack finds in stage prod, and which findings docs/nist-800-53.md still has to
 * answer or no longer needs to. Exit code 1 when there are such.
 */
function main(): number {
  // The CDK's own validation of templates is not what is asked for here.
  process.env.CDK_VALIDATION = 'false';
  const findings = nistFindings('prod');
  for (const { rule, info, constructs } of findings)
    console.log([`${rule} (${constructs.length}): ${info}`, ...constructs.map((path) => `  ${path}`)].join('\n'));
  const found = findings.map(({ rule }) => rule);
  const answered = answeredRules();
  const open = found.filter((rule) => !answered.includes(rule));
  const settled = answered.filter((rule) => !found.includes(rule));
  console.log(
    `\n${found.length} rules find something; ${open.length} of them are not answered in docs/nist-800-53.md.`,
  );
  for (const rule of open) console.error(`Not answered: | \`${rule}\` | … | … |`);
  for (const rule of settled) console.error(`No longer found, so its answer can go: ${rule}`);
  return open.length + settled.length === 0 ? 0 : 1;
}

process.exitCode = main();
