import { GetFunctionConfigurationCommand, paginateListFunctions } from '@aws-sdk/client-lambda';
import type { CloudOutputs } from '../../../bin/local/outputs';
import { type Keepers, parseKeepers } from '../../../lambda/shared/inventory';
import { ENV } from '../../../lambda/shared/names';
import { awsClients } from './clients';

/** The vault and the books of the deployed cloud, as its sealer is told of them. */
export async function deployedKeepers(cloud: CloudOutputs): Promise<Keepers> {
  const { lambda: client } = awsClients(cloud);
  for await (const page of paginateListFunctions({ client }, {}))
    for (const { FunctionName } of page.Functions ?? []) {
      if (!FunctionName?.includes('Sealer')) continue;
      const { Environment } = await client.send(new GetFunctionConfigurationCommand({ FunctionName }));
      return parseKeepers(Environment?.Variables?.[ENV.keepers] ?? '');
    }
  throw new Error('no sealer is deployed');
}
