import { join } from 'node:path';
import {
  CognitoIdentityProviderClient,
  CreateIdentityProviderCommand,
  DescribeUserPoolClientCommand,
  UpdateUserPoolClientCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { freePort } from '../e2e/free-port.ts';
import { type Running, startProgram } from './processes.ts';
import { SCENE, type Target } from './scene.ts';

/** Starts the provider, and makes it a way into the client that is for it. */
export async function startMockProvider(folder: string, { origin, accessKey }: Target): Promise<Running> {
  if (!accessKey) throw new Error('This server has no administrators');
  const port = await freePort();
  const issuer = `http://127.0.0.1:${port}`;
  const process = await startProgram({
    name: 'the mock provider',
    args: [join(import.meta.dirname, 'mock-provider.ts'), String(port)],
    folder,
    answersAt: `${issuer}/.well-known/openid-configuration`,
  });
  const api = new CognitoIdentityProviderClient({
    region: 'us-east-1',
    endpoint: origin,
    credentials: { accessKeyId: accessKey.id, secretAccessKey: accessKey.secret },
  });
  const client = { UserPoolId: SCENE.poolId, ClientId: SCENE.federatedClient };
  await api.send(
    new CreateIdentityProviderCommand({
      UserPoolId: SCENE.poolId,
      ProviderName: SCENE.provider,
      ProviderType: 'OIDC',
      ProviderDetails: {
        client_id: SCENE.webClient,
        client_secret: SCENE.secret,
        authorize_scopes: 'openid email',
        oidc_issuer: issuer,
      },
      AttributeMapping: { email: 'email', email_verified: 'email_verified' },
    }),
  );
  const { UserPoolClient } = await api.send(new DescribeUserPoolClientCommand(client));
  const SupportedIdentityProviders = ['COGNITO', SCENE.provider];
  await api.send(
    new UpdateUserPoolClientCommand({ ...UserPoolClient, ...client, SupportedIdentityProviders }),
  );
  api.destroy();
  return process;
}
