/** amazon-cognito-identity-js, unmodified: the endpoint is all that is told to it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  AuthenticationDetails,
  CognitoUser,
  CognitoUserAttribute,
  CognitoUserPool,
  type CognitoUserSession,
} from 'amazon-cognito-identity-js';
import { startFoyer } from '../start.ts';
import { JUDGED, judgedPool, NEW_PASSWORD, PASSWORD } from './judged-pool.ts';
import { mailedAfter } from './mailed-after.ts';

const EMAIL = 'ann@example.com';

/** Its functions take a node callback, or an object of callbacks; both become a promise. */
const called = <T>(run: (done: (error: unknown, value: T) => void) => void): Promise<T> =>
  new Promise((resolve, reject) => run((error, value) => (error ? reject(error) : resolve(value))));

function memory() {
  const items = new Map<string, string>();
  return {
    setItem: (key: string, value: string) => void items.set(key, value),
    getItem: (key: string) => items.get(key) ?? null,
    removeItem: (key: string) => void items.delete(key),
    clear: () => items.clear(),
  };
}

function authenticate(user: CognitoUser, password: string): Promise<CognitoUserSession> {
  const details = new AuthenticationDetails({ Username: user.getUsername(), Password: password });
  return new Promise((resolve, reject) =>
    user.authenticateUser(details, {
      onSuccess: (session) => resolve(session),
      onFailure: reject,
      newPasswordRequired: () => reject(new Error('a new password is required')),
    }),
  );
}

test('amazon-cognito-identity-js signs up, signs in with SRP, manages the account and signs out', async () => {
  const foyer = await startFoyer({ poolFile: judgedPool() });
  const Storage = memory();
  const pool = new CognitoUserPool({
    UserPoolId: JUDGED.poolId,
    ClientId: JUDGED.app,
    endpoint: foyer.url,
    Storage,
  });
  const user = () => new CognitoUser({ Username: 'ann', Pool: pool, Storage });
  const attribute = (Name: string, Value: string) => new CognitoUserAttribute({ Name, Value });

  const made = await called<{ userConfirmed: boolean; userSub: string } | undefined>((done) =>
    pool.signUp('ann', PASSWORD, [attribute('email', EMAIL)], [], done),
  );
  assert.equal(made?.userConfirmed, false);
  await assert.rejects(authenticate(user(), PASSWORD), { code: 'UserNotConfirmedException' });
  const code = await mailedAfter(foyer, EMAIL, () => called((done) => user().resendConfirmationCode(done)));
  await called((done) => user().confirmRegistration(code, false, done));

  await assert.rejects(authenticate(user(), `${PASSWORD}?`), {
    code: 'NotAuthorizedException',
    message: 'Incorrect username or password.',
  });
  const ann = user();
  const session = await authenticate(ann, PASSWORD);
  assert.equal(session.getIdToken().payload['sub'], made?.userSub);
  assert.equal(session.getAccessToken().payload['token_use'], 'access');

  await called((done) => ann.updateAttributes([attribute('nickname', 'Annie')], done));
  const attributes = await called<CognitoUserAttribute[] | undefined>((done) => ann.getUserAttributes(done));
  const shown = Object.fromEntries((attributes ?? []).map(({ Name, Value }) => [Name, Value]));
  assert.deepEqual(
    { nickname: shown['nickname'], verified: shown['email_verified'] },
    { nickname: 'Annie', verified: 'true' },
  );
  const refreshed = await called<CognitoUserSession>((done) =>
    ann.refreshSession(session.getRefreshToken(), done),
  );
  assert.notEqual(refreshed.getAccessToken().getJwtToken(), session.getAccessToken().getJwtToken());
  await called((done) => ann.changePassword(PASSWORD, NEW_PASSWORD, done));
  await assert.rejects(authenticate(user(), PASSWORD), { code: 'NotAuthorizedException' });

  const reset = await mailedAfter(
    foyer,
    EMAIL,
    () =>
      new Promise<void>((resolve, reject) =>
        user().forgotPassword({
          onSuccess: () => resolve(),
          onFailure: reject,
          inputVerificationCode: () => resolve(),
        }),
      ),
  );
  await new Promise<void>((resolve, reject) =>
    user().confirmPassword(reset, PASSWORD, { onSuccess: () => resolve(), onFailure: reject }),
  );
  const again = user();
  await authenticate(again, PASSWORD);
  await new Promise<void>((resolve, reject) =>
    again.globalSignOut({ onSuccess: () => resolve(), onFailure: reject }),
  );
  await assert.rejects(
    called((done) => ann.refreshSession(refreshed.getRefreshToken(), done)),
    { code: 'NotAuthorizedException' },
  );
  const last = user();
  await authenticate(last, PASSWORD);
  await called((done) => last.deleteUser(done));
  await assert.rejects(authenticate(user(), PASSWORD), { code: 'NotAuthorizedException' });
});
