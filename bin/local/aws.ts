/** Where AWS is: a real account, or a local engine behind one endpoint. */
export interface AwsTarget {
  readonly region: string;
  /** Null for AWS itself. */
  readonly endpoint: string | null;
}

// Which Node versions are supported stands in package.json; the SDK's own notice would only be in the way.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';

/** Credentials that every local engine takes; on AWS the operator's own are used. */
const LOCAL_CREDENTIALS = { accessKeyId: 'test', secretAccessKey: 'test' };

/** True where the user brings an engine of his own together with credentials for it. */
function userHasCredentials(): boolean {
  return Boolean(process.env.AWS_ENDPOINT_URL && process.env.AWS_ACCESS_KEY_ID && process.env.AWS_SECRET_ACCESS_KEY);
}

/** Configuration of any AWS SDK client for this target. */
export function clientConfig(target: AwsTarget) {
  if (target.endpoint === null) return { region: target.region };
  const { endpoint, region } = target;
  return userHasCredentials() ? { region, endpoint } : { region, endpoint, credentials: LOCAL_CREDENTIALS };
}

/** Environment for tools that talk to this target, with nothing that points elsewhere. */
export function toolEnvironment(target: AwsTarget): NodeJS.ProcessEnv {
  const { AWS_PROFILE, AWS_SESSION_TOKEN, ...inherited } = process.env;
  if (target.endpoint === null) return process.env;
  return {
    ...inherited,
    AWS_ENDPOINT_URL: target.endpoint,
    AWS_REGION: target.region,
    AWS_DEFAULT_REGION: target.region,
    ...(userHasCredentials()
      ? { AWS_SESSION_TOKEN }
      : {
          AWS_ACCESS_KEY_ID: LOCAL_CREDENTIALS.accessKeyId,
          AWS_SECRET_ACCESS_KEY: LOCAL_CREDENTIALS.secretAccessKey,
        }),
    AWS_EC2_METADATA_DISABLED: 'true',
  };
}
