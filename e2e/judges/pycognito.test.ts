/**
 * pycognito and boto3, unmodified from PyPI: SRP in another language, with and without a client secret. pycognito
 * checks each token itself, against the pool's published keys.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { readTools } from '../services.ts';
import { type Foyer, startFoyer } from '../start.ts';
import { JUDGED, judgedPool, NEW_PASSWORD, PASSWORD } from './judged-pool.ts';
import { codeOfMail } from './mailed-after.ts';

const EMAIL = 'bea@example.com';

/** It asks for a code by printing `code`, and reads it from its input. */
const SCRIPT = `
import json, sys, boto3
from pycognito import Cognito
from pycognito.exceptions import ForceChangePasswordException

told = json.loads(sys.argv[1])
pool, password, new_password = told['pool'], told['password'], told['newPassword']

def code():
    print('code', flush=True)
    return sys.stdin.readline().strip()

def person(username, **more):
    return Cognito(pool, told['client'], client_secret=told.get('secret'), username=username,
                   boto3_client_kwargs={'endpoint_url': told['url']}, **more)

bea = person('bea')
bea.set_base_attributes(email=told['email'], name='Bea')
bea.register('bea', password)
bea.confirm_sign_up(code(), username='bea')
try:
    person('bea').authenticate(password='Wrong-Horse-9')
    sys.exit('a wrong password was taken')
except bea.client.exceptions.NotAuthorizedException as error:
    assert error.response['Error']['Message'] == 'Incorrect username or password.', error
try:
    person('nobody').authenticate(password=password)
    sys.exit('nobody was signed in')
except bea.client.exceptions.NotAuthorizedException as error:
    assert error.response['Error']['Message'] == 'Incorrect username or password.', error

bea.authenticate(password=password)
bea.verify_tokens()
assert bea.get_user().email == told['email']
bea.update_profile({'name': 'Beatrice'})
assert bea.get_user().name == 'Beatrice'
old = bea.access_token
bea.renew_access_token()
assert bea.access_token != old
bea.change_password(password, new_password)
person('bea').authenticate(password=new_password)
forgotten = person('bea')
forgotten.initiate_forgot_password()
forgotten.confirm_forgot_password(code(), password)
person('bea').authenticate(password=password)

idp = boto3.client('cognito-idp', endpoint_url=told['url'])
idp.admin_create_user(UserPoolId=pool, Username='cleo', TemporaryPassword='Temporary-1', MessageAction='SUPPRESS',
                      UserAttributes=[{'Name': 'email', 'Value': 'cleo@example.com'}])
cleo = person('cleo')
try:
    cleo.authenticate(password='Temporary-1')
    sys.exit('a temporary password was enough')
except ForceChangePasswordException:
    cleo.new_password_challenge('Temporary-1', password)
cleo.verify_tokens()
cleo.admin_authenticate(password)
held = person('cleo', refresh_token=cleo.refresh_token)
cleo.logout()
try:
    held.renew_access_token()
    sys.exit('a refresh token was good after signing out everywhere')
except idp.exceptions.NotAuthorizedException:
    pass
last = person('bea')
last.authenticate(password=password)
last.delete_user()
idp.admin_delete_user(UserPoolId=pool, Username='cleo')
left = idp.list_users(UserPoolId=pool)['Users']
assert left == [], left
print('done', flush=True)
`;

/** What the script printed last, or what it complained of. */
async function story(foyer: Foyer, told: { client: string; secret?: string }): Promise<string> {
  const parameters = JSON.stringify({
    ...told,
    url: foyer.url,
    pool: JUDGED.poolId,
    email: EMAIL,
    password: PASSWORD,
    newPassword: NEW_PASSWORD,
  });
  const python = spawn(readTools().python, ['-c', SCRIPT, parameters], {
    env: {
      PATH: process.env.PATH,
      AWS_ACCESS_KEY_ID: foyer.accessKeyId,
      AWS_SECRET_ACCESS_KEY: foyer.secretAccessKey,
      AWS_DEFAULT_REGION: 'us-east-1',
      AWS_EC2_METADATA_DISABLED: 'true',
    },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let errors = '';
  python.stderr.on('data', (text) => {
    errors += text;
  });
  const ended = new Promise((resolve) => python.once('exit', resolve));
  let last = '';
  let asked = 0;
  for await (const line of createInterface({ input: python.stdout })) {
    last = line;
    if (line === 'code') python.stdin.write(`${await codeOfMail(foyer, EMAIL, asked++)}\n`);
  }
  await ended;
  return last === 'done' ? 'done' : errors;
}

test('pycognito signs up, in, on and out through a public client', async () => {
  const foyer = await startFoyer({ poolFile: judgedPool() });
  assert.equal(await story(foyer, { client: JUDGED.app }), 'done');
});

test('pycognito does the same through a client with a secret', async () => {
  const foyer = await startFoyer({ poolFile: judgedPool() });
  assert.equal(await story(foyer, { client: JUDGED.server, secret: JUDGED.secret }), 'done');
});
