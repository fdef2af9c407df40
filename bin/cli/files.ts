import { readFile } from 'node:fs/promises';
import { CliError, EXIT } from './exit';

/** Bytes of a file that the user named. @param what it is, for the error */
export async function readGiven(file: string, what: string): Promise<Buffer> {
  return readFile(file).catch((cause: Error) => {
    throw new CliError(EXIT.usage, `Cannot read the ${what} ${file}: check the name.`, { cause });
  });
}

/** Text of a file that the user named. */
export async function textGiven(file: string, what: string): Promise<string> {
  return (await readGiven(file, what)).toString('utf8');
}
