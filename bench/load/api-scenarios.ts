/** What programs do through the JSON API, the same for every server that has the operation. */
import { randomBytes } from 'node:crypto';
import { CognitoIdentityProviderClient, ListUsersCommand } from '@aws-sdk/client-cognito-identity-provider';
import { personNamed, SCENE, SRP_PEOPLE, type Target } from '../scene.ts';
import type { HttpClient } from './http-client.ts';
import { openSrpClient, randomNumber } from './srp-client.ts';

interface Visitor {
  target: Target;
  http: HttpClient;
}

type Texts = Record<string, string>;

/** As many as a page of a list holds at most. */
const PAGE = 60;

export async function passwordSignIn({ target, http }: Visitor): Promise<() => Promise<void>> {
  return async () => void (await signIn({ target, http }));
}

async function signIn({ target, http }: Visitor): Promise<string> {
  return tokenIn(
    await http.call('InitiateAuth', {
      ClientId: target.apiClient,
      AuthFlow: 'USER_PASSWORD_AUTH',
      AuthParameters: { USERNAME: someone(target.people), PASSWORD: SCENE.password },
    }),
  );
}

export async function srpSignIn({ target, http }: Visitor): Promise<() => Promise<void>> {
  const srp = await openSrpClient(target.userPool ?? '', randomNumber(randomBytes(32)));
  const ClientId = target.apiClient;
  return async () => {
    // The first was made by the product and may have another name; the others are copies.
    const USERNAME = personNamed(1 + Math.floor(Math.random() * (SRP_PEOPLE - 1)));
    const { ChallengeName, ChallengeParameters, Session } = await http.call('InitiateAuth', {
      ClientId,
      AuthFlow: 'USER_SRP_AUTH',
      AuthParameters: { USERNAME, SRP_A: srp.publicValue },
    });
    const ChallengeResponses = await srp.prove(ChallengeParameters as Texts, SCENE.password);
    tokenIn(
      await http.call('RespondToAuthChallenge', { ClientId, ChallengeName, ChallengeResponses, Session }),
    );
  };
}

export async function getUser(visitor: Visitor): Promise<() => Promise<void>> {
  const AccessToken = await signIn(visitor);
  return async () => {
    const { UserAttributes } = await visitor.http.call('GetUser', { AccessToken });
    if (!Array.isArray(UserAttributes)) throw new Error('GetUser found nobody');
  };
}

/** A first page, read with the SDK since the call is signed. */
export async function listUsers({ target }: Visitor): Promise<() => Promise<void>> {
  const { id = '', secret = '' } = target.accessKey ?? {};
  const api = new CognitoIdentityProviderClient({
    region: 'us-east-1',
    endpoint: target.origin,
    credentials: { accessKeyId: id, secretAccessKey: secret },
    maxAttempts: 1,
  });
  return async () => {
    const { Users } = await api.send(new ListUsersCommand({ UserPoolId: target.userPool, Limit: PAGE }));
    if (Users?.length !== PAGE) throw new Error(`ListUsers gave ${Users?.length} people`);
  };
}

const someone = (people: number) => personNamed(Math.floor(Math.random() * people));

function tokenIn({ AuthenticationResult }: Record<string, unknown>): string {
  const { AccessToken } = (AuthenticationResult ?? {}) as { AccessToken?: string };
  if (!AccessToken) throw new Error('Nobody was signed in');
  return AccessToken;
}
