/**
 * The AWS CLI and boto3, unmodified from PyPI, as judges of the JSON API: they check what they are answered against
 * the service's own model, and are given an endpoint and keys, nothing else.
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { readTools } from './services.ts';
import { type Foyer, startFoyer } from './start.ts';

const tools = readTools();
// Without a home of the developer's, no profile of theirs takes part.
const home = mkdtempSync(join(tmpdir(), 'foyer-aws-'));
after(() => rmSync(home, { recursive: true, force: true }));

interface Ran {
  code: number;
  output: string;
  errors: string;
}

function run(foyer: Foyer, program: string, args: string[], env: Record<string, string> = {}): Promise<Ran> {
  return new Promise((resolve) =>
    execFile(
      program,
      args,
      {
        env: {
          PATH: process.env.PATH,
          HOME: home,
          AWS_ACCESS_KEY_ID: foyer.accessKeyId,
          AWS_SECRET_ACCESS_KEY: foyer.secretAccessKey,
          AWS_DEFAULT_REGION: 'us-east-1',
          AWS_ENDPOINT_URL: foyer.url,
          AWS_EC2_METADATA_DISABLED: 'true',
          AWS_PAGER: '',
          ...env,
        },
      },
      (error, output, errors) => resolve({ code: error ? Number(error.code) : 0, output, errors }),
    ),
  );
}

test('the AWS CLI sets up a pool, reads it back, and is told what is wrong in its own words', async () => {
  const foyer = await startFoyer();
  const aws = async (...args: string[]) => {
    const { code, output, errors } = await run(foyer, tools.aws, ['cognito-idp', ...args]);
    assert.equal(code, 0, errors);
    return output ? JSON.parse(output) : undefined;
  };
  assert.deepEqual(await aws('list-user-pools', '--max-results', '10'), { UserPools: [] });
  const { UserPool } = await aws(
    ...['create-user-pool', '--pool-name', 'Acme', '--username-attributes', 'email'],
    ...['--user-pool-tags', 'Stage=test', '--schema', 'Name=plan,AttributeDataType=String,Mutable=true'],
  );
  assert.match(UserPool.Id, /^us-east-1_/);
  assert.ok(Math.abs(UserPool.CreationDate * 1000 - Date.now()) < 3_600_000, UserPool.CreationDate);
  const pool = ['--user-pool-id', UserPool.Id];
  const { UserPoolClient } = await aws(
    ...['create-user-pool-client', ...pool, '--client-name', 'web', '--generate-secret'],
    ...['--callback-urls', '["https://app.test/cb"]', '--allowed-o-auth-flows', 'code'],
    ...['--allowed-o-auth-scopes', 'openid', '--allowed-o-auth-flows-user-pool-client'],
  );
  const client = ['--client-id', UserPoolClient.ClientId];
  assert.deepEqual(await aws('describe-user-pool-client', ...pool, ...client), { UserPoolClient });
  await aws('create-user-pool-domain', ...pool, '--domain', 'acme');
  assert.equal((await aws('describe-user-pool', ...pool)).UserPool.Domain, 'acme');
  const arn = ['--resource-arn', UserPool.Arn];
  await aws('tag-resource', ...arn, '--tags', 'Stage=prod,CostCenter=80432');
  await aws('untag-resource', ...arn, '--tag-keys', 'CostCenter');
  assert.deepEqual(await aws('list-tags-for-resource', ...arn), { Tags: { Stage: 'prod' } });

  const refused = await run(foyer, tools.aws, ['cognito-idp', 'delete-user-pool', ...pool]);
  assert.notEqual(refused.code, 0);
  assert.match(
    refused.errors,
    /An error occurred \(InvalidParameterException\) when calling the DeleteUserPool operation/,
  );
  const none = { AWS_SECRET_ACCESS_KEY: 'not the secret of this key' };
  const forged = await run(foyer, tools.aws, ['cognito-idp', 'list-user-pools', '--max-results', '1'], none);
  assert.match(forged.errors, /\(InvalidSignatureException\)/);
});

/** Read-modify-write as scripts do it, with boto3's own paginators, exceptions and check of answers. */
const SCRIPT = `
import boto3, datetime, json, sys

def without(shape, *names):
    return {name: value for name, value in shape.items() if name not in names}

idp = boto3.client('cognito-idp')
pool = idp.create_user_pool(
    PoolName='Acme',
    AliasAttributes=['email'],
    AutoVerifiedAttributes=['email'],
    Policies={'PasswordPolicy': {'MinimumLength': 12}},
    EmailVerificationSubject='Your code',
    UserPoolTags={'Stage': 'test'},
    Schema=[{'Name': 'email', 'Required': True, 'Mutable': True}],
)['UserPool']
assert isinstance(pool['CreationDate'], datetime.datetime), pool
pool_id = pool['Id']

# What describe gives can be given back to update, and changes nothing.
fixed = ['Id', 'Name', 'Arn', 'Status', 'CreationDate', 'LastModifiedDate', 'SchemaAttributes', 'AliasAttributes',
         'UsernameAttributes', 'UsernameConfiguration', 'EstimatedNumberOfUsers', 'Domain', 'CustomDomain']
idp.update_user_pool(UserPoolId=pool_id, **without(pool, *fixed))
again = idp.describe_user_pool(UserPoolId=pool_id)['UserPool']
assert without(again, 'LastModifiedDate') == without(pool, 'LastModifiedDate'), (again, pool)

idp.add_custom_attributes(UserPoolId=pool_id, CustomAttributes=[{'Name': 'plan', 'AttributeDataType': 'String'}])
server = idp.create_resource_server(
    UserPoolId=pool_id, Identifier='https://api.test/v1', Name='API',
    Scopes=[{'ScopeName': 'read', 'ScopeDescription': 'Read'}],
)['ResourceServer']
assert idp.describe_resource_server(UserPoolId=pool_id, Identifier=server['Identifier'])['ResourceServer'] == server

for number in range(5):
    client = idp.create_user_pool_client(
        UserPoolId=pool_id, ClientName='client %d' % number, AllowedOAuthFlows=['code'],
        AllowedOAuthFlowsUserPoolClient=True, AllowedOAuthScopes=['openid', 'https://api.test/v1/read'],
        CallbackURLs=['https://app.test/cb'], PreventUserExistenceErrors='ENABLED',
    )['UserPoolClient']
born = ['CreationDate', 'LastModifiedDate', 'ClientSecret']
same = idp.update_user_pool_client(**without(client, *born))['UserPoolClient']
assert without(same, *born) == without(client, *born), (same, client)

pages = list(idp.get_paginator('list_user_pool_clients').paginate(
    UserPoolId=pool_id, PaginationConfig={'PageSize': 2}))
names = sorted(each['ClientName'] for page in pages for each in page['UserPoolClients'])
assert names == ['client %d' % number for number in range(5)] and len(pages) == 3, pages

try:
    idp.describe_user_pool(UserPoolId='us-east-1_Nothing')
    sys.exit('a pool that does not exist was described')
except idp.exceptions.ResourceNotFoundException as error:
    assert error.response['Error']['Message'] == 'User pool us-east-1_Nothing does not exist.', error
try:
    idp.set_log_delivery_configuration(UserPoolId=pool_id, LogConfigurations=[])
    sys.exit('logs are delivered')
except idp.exceptions.ClientError as error:
    assert error.response['Error']['Code'] == 'UnknownOperationException', error
    assert error.response['ResponseMetadata']['RetryAttempts'] == 0, error

idp.delete_user_pool(UserPoolId=pool_id)
print(json.dumps([each['Id'] for each in idp.list_user_pools(MaxResults=60)['UserPools']]))
`;

test('boto3 reads, modifies, writes and pages, and what it describes can be written back', async () => {
  const foyer = await startFoyer();
  const { code, output, errors } = await run(foyer, tools.python, ['-c', SCRIPT]);
  assert.equal(code, 0, errors);
  assert.deepEqual(JSON.parse(output), []);
});
