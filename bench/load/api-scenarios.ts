/** What programs do through the JSON API, the same for every server that has the operation. */
import { randomBytes } from 'node:crypto';
import { signCall } from '../../e2e/signed-call.ts';
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

/** A signature is good for some minutes; making one takes longer than some of the answers. */
const SIGN_EACH_MS = 1000;

/** A first page. The SDK would cost more than the servers do, and be what is measured. */
export async function listUsers({ target, http }: Visitor): Promise<() => Promise<void>> {
  const { id = '', secret = '' } = target.accessKey ?? {};
  const input = { UserPoolId: target.userPool, Limit: PAGE };
  const given = {
    'content-type': 'application/x-amz-json-1.1',
    'x-amz-target': 'AWSCognitoIdentityProviderService.ListUsers',
  };
  const keys = { accessKeyId: id, secretAccessKey: secret };
  let signed = {};
  let signAt = 0;
  return async () => {
    const now = performance.now();
    if (now > signAt) {
      signed = await signCall(target.origin, JSON.stringify(input), given, { keys });
      signAt = now + SIGN_EACH_MS;
    }
    const { Users } = await http.call('ListUsers', input, signed);
    const found = Array.isArray(Users) ? Users.length : 0;
    if (found !== PAGE) throw new Error(`ListUsers gave ${found} people`);
  };
}

const someone = (people: number) => personNamed(Math.floor(Math.random() * people));

function tokenIn({ AuthenticationResult }: Record<string, unknown>): string {
  const { AccessToken } = (AuthenticationResult ?? {}) as { AccessToken?: string };
  if (!AccessToken) throw new Error('Nobody was signed in');
  return AccessToken;
}
