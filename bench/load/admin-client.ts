import {
  AdminGetUserCommand,
  CognitoIdentityProviderClient,
  ListUsersCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { SCENE, type Target } from '../scene.ts';

/** An operation that finds one person by name, and the same by a filtered list, as an administrator's tool does. */
export function lookUp({ origin, accessKey }: Target, anyone: () => string): () => Promise<void> {
  if (!accessKey) throw new Error('This server has no administrators');
  const api = new CognitoIdentityProviderClient({
    region: 'us-east-1',
    endpoint: origin,
    credentials: { accessKeyId: accessKey.id, secretAccessKey: accessKey.secret },
    maxAttempts: 1,
  });
  return async () => {
    const UserPoolId = SCENE.poolId;
    const name = anyone();
    const { Username } = await api.send(new AdminGetUserCommand({ UserPoolId, Username: name }));
    const filter = { UserPoolId, Filter: `email = "${name}"`, Limit: 10 };
    const { Users } = await api.send(new ListUsersCommand(filter));
    if (Users?.length !== 1 || Users[0]?.Username !== Username) throw new Error(`${name} was not found`);
  };
}
