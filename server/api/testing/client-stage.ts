/** A pool with an attribute of each kind and a resource server, and short names for what is done to its clients. */
import { openTestService, type TestService } from './open-service.ts';

/** Settings of a client whose people sign in. */
export const CODE = {
  AllowedOAuthFlowsUserPoolClient: true,
  AllowedOAuthFlows: ['code'],
  AllowedOAuthScopes: ['openid'],
  CallbackURLs: ['https://app.test/cb'],
};

/** Settings of a client that acts for itself. */
export const MACHINE = {
  AllowedOAuthFlowsUserPoolClient: true,
  AllowedOAuthFlows: ['client_credentials'],
  AllowedOAuthScopes: ['bills/pay'],
  GenerateSecret: true,
};

// biome-ignore lint/suspicious/noExplicitAny: tests read answers as JSON.
type Json = any;

export interface ClientStage {
  api: TestService;
  UserPoolId: string;
  newClient(more?: object): Promise<Json>;
  update(ClientId: string, more?: object): Promise<Json>;
  described(ClientId: string): Promise<Json>;
}

export async function openClientStage(): Promise<ClientStage> {
  const api = await openTestService();
  const { UserPool } = await api.call('CreateUserPool', {
    PoolName: 'Acme',
    Schema: [
      { Name: 'email', Required: true, Mutable: true },
      { Name: 'plan', AttributeDataType: 'String', Mutable: true },
      { Name: 'badge', AttributeDataType: 'String', DeveloperOnlyAttribute: true },
    ],
  });
  const UserPoolId: string = UserPool.Id;
  await api.call('CreateResourceServer', {
    UserPoolId,
    Identifier: 'bills',
    Name: 'Bills',
    Scopes: [{ ScopeName: 'pay', ScopeDescription: 'Pay bills' }],
  });
  const call = async (name: string, input: object) =>
    (await api.call(name, { UserPoolId, ...input })).UserPoolClient;
  return {
    api,
    UserPoolId,
    newClient: (more) => call('CreateUserPoolClient', { ClientName: 'app', ...more }),
    update: (ClientId, more) => call('UpdateUserPoolClient', { ClientId, ...more }),
    described: (ClientId) => call('DescribeUserPoolClient', { ClientId }),
  };
}
