import { Aws, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { AccountRecovery, Mfa, OAuthScope, ResourceServerScope, UserPool } from 'aws-cdk-lib/aws-cognito';
import { Construct } from 'constructs';
import { scopeName } from '../../lambda/access/scopes';
import { RESOURCE_SERVER } from '../../lambda/shared/names';
import { actions, type Register } from '../../policies/schema';
import { acknowledge } from '../checks/acknowledge';
import { RISKS } from '../checks/risks';
import { declareFreeOfPersonalData } from '../data/inventory';
import type { AppStage } from '../stage';

/** Properties of ApiClients. */
export interface ApiClientsProps {
  /** The parsed register: which clients there are, and what each may do. */
  readonly register: Register;
  /** Only clients that exist in this stage are made. */
  readonly stage: AppStage;
}

/** Issues access tokens to the machines that the register knows; there are no users and no sign-up. */
export class ApiClients extends Construct {
  /** Id of the user pool that issues the tokens. */
  readonly userPoolId: string;
  /** Address of the OAuth token endpoint. */
  readonly tokenEndpoint: string;
  /** Name of each client in policies/clients.yaml, by its client id. */
  readonly names: Readonly<Record<string, string>>;

  constructor(scope: Construct, id: string, props: ApiClientsProps) {
    super(scope, id);
    const { stage, register } = props;
    const pool = new UserPool(this, 'UserPool', {
      selfSignUpEnabled: false,
      accountRecovery: AccountRecovery.NONE,
      // Nobody can sign in, yet whoever adds a user one day finds the door locked.
      mfa: Mfa.REQUIRED,
      mfaSecondFactor: { otp: true, sms: false },
      passwordPolicy: {
        minLength: 16,
        requireLowercase: true,
        requireUppercase: true,
        requireDigits: true,
        requireSymbols: true,
        tempPasswordValidity: Duration.days(1),
      },
      deletionProtection: stage.config.terminationProtection,
      // It holds machines' credentials and nobody's data; it can be made again.
      removalPolicy: RemovalPolicy.DESTROY,
    });
    declareFreeOfPersonalData(pool, 'Credentials of machines alone: nobody can sign up, and no user is ever added.');
    const domain = pool.addDomain('Domain', {
      // Prefixes are unique in a Region across all accounts.
      cognitoDomain: { domainPrefix: `digicrm-${stage.name}-${Aws.ACCOUNT_ID}` },
    });

    const scopes = actions.map((action) => ({
      action,
      scope: new ResourceServerScope({ scopeName: scopeName(action), scopeDescription: `May do ${action}` }),
    }));
    const server = pool.addResourceServer('ResourceServer', {
      identifier: RESOURCE_SERVER,
      scopes: scopes.map(({ scope: s }) => s),
    });

    const clients = register.clients.clients.filter((client) => client.stages.includes(stage.name));
    this.names = Object.fromEntries(
      clients.map((client) => {
        const poolClient = pool.addClient(client.name, {
          // The CLI finds a client by this name.
          userPoolClientName: client.name,
          generateSecret: true,
          preventUserExistenceErrors: true,
          accessTokenValidity: Duration.minutes(15),
          authFlows: {},
          oAuth: {
            flows: { clientCredentials: true },
            scopes: scopes
              .filter(({ action }) => client.actions.includes(action))
              .map(({ scope: s }) => OAuthScope.resourceServer(server, s)),
          },
        });
        return [poolClient.userPoolClientId, client.name];
      }),
    );

    this.userPoolId = pool.userPoolId;
    this.tokenEndpoint = stage.local
      ? `${stage.local.endpoint}/oauth2/token`
      : `https://${domain.domainName}.auth.${Stack.of(this).region}.amazoncognito.com/oauth2/token`;
    acknowledge(
      pool,
      {
        ...RISKS.machineSignIn,
        reason:
          'Threat protection judges the sign-in of users; this pool has none, only machines with client credentials.',
      },
      'AwsSolutions::AwsSolutions-COG8',
    );
  }
}
