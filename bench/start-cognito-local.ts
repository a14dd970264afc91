/**
 * Baseline of the JSON API: cognito-local, an emulator for tests. It keeps its people in a JSON file and their passwords
 * in the clear, checks no signatures and hashes nothing.
 */
import { createRequire } from 'node:module';
import { freePort } from '../e2e/free-port.ts';
import { openHttpClient } from './load/http-client.ts';
import { type Running, startProgram } from './processes.ts';
import { personNamed, SCENE, type Target } from './scene.ts';

/** One page of a list: it knows no pages and answers with everybody. */
const PEOPLE = 60;

export async function startCognitoLocal(folder: string): Promise<{ target: Target; process: Running }> {
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  const process = await startProgram({
    name: 'cognito-local',
    args: [createRequire(import.meta.url).resolve('cognito-local/lib/bin/start.js')],
    env: { PORT: String(port), HOST: '127.0.0.1' },
    folder,
    answersAt: `${origin}/health`,
  });
  const http = openHttpClient({ origin, ports: [port] });
  const { UserPool } = await http.call('CreateUserPool', {
    PoolName: 'Bench',
    UsernameAttributes: ['email'],
  });
  const UserPoolId = idOf(UserPool, 'Id');
  const { UserPoolClient } = await http.call('CreateUserPoolClient', {
    UserPoolId,
    ClientName: 'Programs',
    ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
  });
  for (let index = 0; index < PEOPLE; index++) {
    const Username = personNamed(index);
    const UserAttributes = [{ Name: 'email', Value: Username }];
    await http.call('AdminCreateUser', { UserPoolId, Username, UserAttributes, MessageAction: 'SUPPRESS' });
    await http.call('AdminSetUserPassword', {
      UserPoolId,
      Username,
      Password: SCENE.password,
      Permanent: true,
    });
  }
  const apiClient = idOf(UserPoolClient, 'ClientId');
  const target: Target = {
    origin,
    ports: [port],
    authorize: '',
    token: '',
    people: PEOPLE,
    userPool: UserPoolId,
    apiClient,
    accessKey: { id: 'local', secret: 'local' },
  };
  return { target, process };
}

const idOf = (created: unknown, name: string) => String((created as Record<string, unknown>)[name]);
