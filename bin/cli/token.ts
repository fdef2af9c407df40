import { type ConnectionOptions, connect, fetchToken } from './connection';
import { EXIT, type ExitCode } from './exit';
import type { CommandContext } from './program';

/** `digicrm token`: prints an access token of an API client. */
export async function token(options: ConnectionOptions, { output }: CommandContext): Promise<ExitCode> {
  const connection = connect(options);
  const got = await fetchToken(connection);
  output.line(got.access_token);
  output.document({
    client: connection.client,
    accessToken: got.access_token,
    tokenType: got.token_type,
    expiresIn: got.expires_in,
  });
  return EXIT.ok;
}
