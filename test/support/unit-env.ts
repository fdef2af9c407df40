// CDK's built-in template validator costs over a second per test file; `cdk synth` still runs it.
process.env.CDK_VALIDATION = 'false';
