import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { after, test } from 'node:test';
import { promisify } from 'node:util';
import { documentBlock } from './document-block.ts';
import { readTools } from './services.ts';
import { type Foyer, startFoyer } from './start.ts';

const run = promisify(execFile);
const root = new URL('../', import.meta.url).pathname;
const demoPool = `${root}demo/pool.yaml`;

const block = (language: string, holding: string) => documentBlock('README.md', language, holding);

const environment = (foyer: Foyer) => ({
  ...process.env,
  AWS_ACCESS_KEY_ID: foyer.accessKeyId,
  AWS_SECRET_ACCESS_KEY: foyer.secretAccessKey,
  AWS_DEFAULT_REGION: 'us-east-1',
  AWS_EC2_METADATA_DISABLED: 'true',
});

/** Runs a snippet as a reader would, beside the packages of the project, and prints what its last line made. */
async function runSnippet(foyer: Foyer, snippet: string, shown: string): Promise<unknown> {
  const file = `${root}.cache/readme-snippet-${process.pid}.mjs`;
  after(() => rmSync(file, { force: true }));
  const here = snippet.replaceAll('http://localhost:9400', foyer.url);
  writeFileSync(file, `${here}\nconsole.log(JSON.stringify(${shown}));\n`);
  const { stdout } = await run(process.execPath, [file], { env: environment(foyer) });
  return JSON.parse(stdout);
}

test('the snippets of the README do what they say', async () => {
  const foyer = await startFoyer({ poolFile: demoPool });
  const metadata = await runSnippet(foyer, block('js', 'openid-client'), 'config.serverMetadata()');
  assert.equal((metadata as { issuer: string }).issuer, `${foyer.url}/us-east-1_DemoPool1`);
  const users = await runSnippet(foyer, block('js', 'client-cognito-identity-provider'), 'Users.length');
  assert.equal(users, 1);
});

test('the snippets that sign people in do so, each through its own library', async () => {
  const foyer = await startFoyer({ poolFile: demoPool });
  assert.equal(await runSnippet(foyer, block('js', 'aws-amplify'), 'name'), 'Maria Rossi');
  const identity = block('js', 'amazon-cognito-identity-js');
  const accessToken = await runSnippet(foyer, identity, 'session.getAccessToken().getJwtToken()');
  const verifying = `const accessToken = ${JSON.stringify(accessToken)};\n${block('js', 'aws-jwt-verify')}`;
  assert.equal(await runSnippet(foyer, verifying, 'claims.token_use'), 'access');

  const python = block('python', 'boto3').replaceAll('http://localhost:9400', foyer.url);
  const shown = 'print(person["Username"] == maria.id_claims["cognito:username"], maria.id_claims["name"])';
  const { stdout } = await run(readTools().python, ['-c', `${python}\n${shown}`], {
    env: environment(foyer),
  });
  assert.equal(stdout.trim(), 'True Maria Rossi');
});

test('the line for the AWS CLI answers', async () => {
  const foyer = await startFoyer({ poolFile: demoPool });
  const line = block('sh', 'list-user-pools')
    .split('\n')
    .find((text) => text.startsWith('aws '));
  const [, ...parameters] = (line ?? '').replaceAll('http://localhost:9400', foyer.url).split(' ');
  const { stdout } = await run(readTools().aws, parameters, { env: environment(foyer) });
  assert.equal(JSON.parse(stdout).UserPools[0].Id, 'us-east-1_DemoPool1');
});

test('the pool file in the README is the beginning of the demo', () => {
  const shown = block('yaml', 'pools:').trimEnd();
  assert.ok(readFileSync(demoPool, 'utf8').includes(shown));
});
