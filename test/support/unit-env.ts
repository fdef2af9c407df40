// CDK's built-in template validator costs over a second per synth; one test runs it, and `cdk synth`.
process.env.CDK_VALIDATION = 'false';
