/** Authlib in a Flask application, unmodified: a server with a secret, as many are written in Python. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, test } from 'node:test';
import { freePort } from '../free-port.ts';
import { openHttpSession } from '../http-session.ts';
import { readTools } from '../services.ts';
import { startFoyer } from '../start.ts';
import { ANN, hostedPagesAt, issuerAt, openIdPool } from './openid-pool.ts';

const CLIENT = 'authlibapplication00000001';
const SECRET = 'a-secret-of-the-application-that-nobody-else-knows';

/** Resolves once it listens; it ends with the test file. */
async function startApplication(told: { port: number; issuer: string }): Promise<void> {
  const python = spawn(readTools().python, [join(import.meta.dirname, 'authlib-application.py')], {
    env: {
      PATH: process.env.PATH,
      AUTHLIB_INSECURE_TRANSPORT: '1',
      TOLD: JSON.stringify({ ...told, client: CLIENT, secret: SECRET }),
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  after(async () => {
    if (python.exitCode === null && python.kill()) await once(python, 'exit');
  });
  process.on('exit', () => python.kill('SIGKILL'));
  let said = '';
  for await (const line of createInterface({ input: python.stderr })) {
    said += `${line}\n`;
    if (line.includes('Running on')) return python.stderr.resume() && undefined;
  }
  assert.fail(`the application ended: ${said}`);
}

test('OID-259 OID-260 Authlib signs people in with a code, takes the ID token, asks user info and signs out', async () => {
  const port = await freePort();
  const application = `http://localhost:${port}`;
  const foyer = await startFoyer({
    poolFile: openIdPool([
      {
        id: CLIENT,
        secret: SECRET,
        name: 'Flask',
        callback: `${application}/callback`,
        bye: `${application}/`,
      },
    ]),
  });
  await startApplication({ port, issuer: issuerAt(foyer) });
  const browser = openHttpSession();
  const anywhere = 'http://localhost:';

  const page = await browser.follow(await browser.get(`${application}/login`), anywhere);
  assert.ok(page.url.startsWith(hostedPagesAt(foyer)), `the hosted page, not ${page.url}`);
  const form = { username: ANN.email, password: ANN.password };
  const home = await browser.follow(await browser.submit(page, form), anywhere);
  const { id_token, userinfo } = JSON.parse(home.body);
  assert.deepEqual([id_token.iss, id_token.aud], [issuerAt(foyer), CLIENT]);
  assert.deepEqual([userinfo.sub, userinfo.email, userinfo.name], [id_token.sub, ANN.email, ANN.name]);

  const out = await browser.follow(await browser.get(`${application}/logout`), anywhere);
  assert.ok(out.url.startsWith(`${application}/?state=`), `back at the application, not at ${out.url}`);
  assert.equal(out.body.trim(), '{}');
  const again = await browser.follow(await browser.get(`${application}/login`), anywhere);
  assert.ok(again.url.startsWith(hostedPagesAt(foyer)), 'the password is asked for');
});
