import assert from 'node:assert/strict';
import { request } from 'node:http';
import { test } from 'node:test';
import { openHttpSession, readForm } from '../http-session.ts';
import { hostedAt, openSignIn, PASSWORD } from '../person.ts';
import { startFoyer } from '../start.ts';
import { storyPool } from '../story-pool.ts';

const pool = storyPool();
const [entry] = pool.pools;
Object.assign(entry?.settings ?? {}, {
  VerificationMessageTemplate: { DefaultEmailOption: 'CONFIRM_WITH_LINK' },
});
const foyer = await startFoyer({ poolFile: pool });
const hosted = hostedAt(foyer);

/** As `fetch`, which lets nobody set the Host header. */
function post(
  url: string,
  headers: Record<string, string>,
  body: string,
): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: 'POST', headers }, (response) => {
      response.setEncoding('utf8');
      let text = `${response.headers.location ?? ''} ${response.headers['set-cookie'] ?? ''}\n`;
      response.on('data', (part: string) => {
        text += part;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

test('ATK-25 a forged or forwarded host reaches no link of a mail, no redirect, no cookie and no page', async () => {
  const session = openHttpSession();
  const signIn = await openSignIn(session, hosted);
  const link = /href="([^"]*\/signup[^"]*)"/.exec(signIn.body)?.[1]?.replaceAll('&amp;', '&') ?? '';
  const form = readForm(await session.get(new URL(link, hosted).href));
  const forged: Record<string, string>[] = [
    { host: 'evil.example' },
    { host: `evil.example:80@${new URL(hosted).host}` },
    { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https', 'x-forwarded-port': '443' },
    { forwarded: 'host=evil.example;proto=https' },
  ];
  for (const [index, headers] of forged.entries()) {
    const email = `victim-${index}@example.com`;
    const answer = await post(
      form.action,
      {
        cookie: await session.jar.getCookieString(form.action),
        'content-type': 'application/x-www-form-urlencoded',
        ...headers,
      },
      `${new URLSearchParams({ ...form.values, username: email, password: PASSWORD })}`,
    );
    assert.doesNotMatch(answer.text, /evil/, JSON.stringify(headers));
    const mail = (await foyer.mailbox()).find(({ to }) => to === email);
    // A host that is none at all may be refused; then nothing was sent either.
    if (answer.status === 303 || headers['host'] === 'evil.example') assert.ok(mail, JSON.stringify(headers));
    if (!mail) continue;
    assert.ok(mail.html.includes(`${hosted}/confirmUser?`), mail.html);
    assert.doesNotMatch(`${mail.html} ${mail.text} ${mail.subject}`, /evil/);
  }
  assert.ok((await foyer.mailbox()).length >= 3);
});
