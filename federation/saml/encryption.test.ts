import assert from 'node:assert/strict';
import { test } from 'node:test';
import { refused } from '../contract.ts';
import type { Answer } from '../provider.ts';
import { type EncryptionOptions, encryptedFor } from '../testing/saml-encryption.ts';
import { type AskedBy, base64 } from '../testing/saml-identity-provider.ts';
import { enveloped, makeKeys, signatureOf } from '../testing/saml-signature.ts';
import { CALLBACK, samlStory } from '../testing/saml-story.ts';

const story = samlStory();
const { idp, ours } = story;
const provider = story.open({ EncryptedResponses: 'true' });
const XENC = 'http://www.w3.org/2001/04/xmlenc#';
const GCM = 'http://www.w3.org/2009/xmlenc11#aes256-gcm';

async function posted(make: (asked: AskedBy) => string, to = provider): Promise<Answer> {
  const { asked, kept } = await story.ask(to);
  const parameters = { SAMLResponse: base64(make(asked)), RelayState: asked.relayState };
  return { method: 'POST', parameters, callbackUrl: CALLBACK, kept, state: 'state-1' };
}

const sign = (element: string, keys = idp.keys) => enveloped(element, signatureOf(element, keys));
const sealed = (asked: AskedBy, options?: EncryptionOptions) =>
  encryptedFor(ours.certificate, sign(idp.assertion('maria', asked)), options);
const whole = (asked: AskedBy, options?: EncryptionOptions) =>
  sign(idp.response(sealed(asked, options), asked));

test('an encrypted assertion in a signed response says who signed in', async () => {
  for (const content of [GCM, GCM.replace('256', '128'), `${XENC}aes128-cbc`, `${XENC}aes256-cbc`]) {
    const proven = await provider.finish(await posted((asked) => whole(asked, { content })));
    assert.equal(proven.subject, '10157003');
    assert.equal(proven.attributes['displayName'], 'Maria Ruiz');
  }
  const bare = (asked: AskedBy) => encryptedFor(ours.certificate, idp.assertion('otto', asked));
  const proven = await provider.finish(await posted((asked) => sign(idp.response(bare(asked), asked))));
  assert.equal(proven.subject, '10157004', 'its own signature is not needed inside a signed response');
});

test('what it says is checked like any other, and counts once', async () => {
  const old = (asked: AskedBy) =>
    encryptedFor(ours.certificate, idp.assertion('maria', asked, { audience: 'urn:other' }));
  await refused(
    provider.finish(await posted((asked) => sign(idp.response(old(asked), asked)))),
    'not-verified',
  );
  const good = await posted((asked) => whole(asked));
  await provider.finish(good);
  await refused(provider.finish(good), 'not-verified');
});

test('only where it was agreed upon, and then nothing else', async () => {
  const plain = story.open();
  await refused(plain.finish(await posted((asked) => whole(asked), plain)), 'not-verified');
  await refused(provider.finish(await story.comeBack('maria', { signed: 'both' }, provider)), 'not-verified');
  await refused(provider.finish(await posted((asked) => sign(idp.response('', asked)))), 'not-verified');
});

const flip = (value: Buffer) => Buffer.from(value.map((byte, at) => (at === 20 ? byte ^ 1 : byte)));
const FORGED: Record<string, (asked: AskedBy) => string> = {
  'in a response that nobody signed': (asked) => idp.response(sealed(asked), asked),
  'in a response that somebody else signed': (asked) => sign(idp.response(sealed(asked), asked), makeKeys()),
  'put into a response after it was signed': (asked) =>
    sign(idp.response('', asked)).replace('</samlp:Response>', () => `${sealed(asked)}</samlp:Response>`),
  'put in the place of the signed one': (asked) =>
    whole(asked).replace(/<saml:EncryptedAssertion.*<\/saml:EncryptedAssertion>/s, () => sealed(asked)),
  changed: (asked) => whole(asked, { cipher: flip }),
  'by the old way of keys, which leaks them': (asked) => whole(asked, { transport: `${XENC}rsa-1_5` }),
  'by a method that is too old': (asked) =>
    sign(idp.response(sealed(asked).replace(GCM, `${XENC}tripledes-cbc`), asked)),
  'for somebody else': (asked) =>
    sign(idp.response(encryptedFor(idp.keys.certificate, idp.assertion('maria', asked)), asked)),
  twice: (asked) => sign(idp.response(sealed(asked) + sealed(asked), asked)),
  'beside one in the open': (asked) =>
    sign(idp.response(sealed(asked) + idp.assertion('otto', asked), asked)),
  'and is no assertion': (asked) => sign(idp.response(encryptedFor(ours.certificate, '<a></a>'), asked)),
  'and is two': (asked) => {
    const two = `<a>${idp.assertion('maria', asked)}${idp.assertion('otto', asked)}</a>`;
    return sign(idp.response(encryptedFor(ours.certificate, two), asked));
  },
  'with a comment in it': (asked) => {
    const xml = idp.assertion('maria', asked).replace('>10157003<', '>10157003<!-- --><');
    return sign(idp.response(encryptedFor(ours.certificate, xml), asked));
  },
  'with a key that is elsewhere': (asked) =>
    sign(idp.response(sealed(asked).replace(/<xenc:EncryptedKey>.*<\/xenc:EncryptedKey>/s, ''), asked)),
  'in Extensions': (asked) =>
    sign(idp.response(`<samlp:Extensions>${sealed(asked)}</samlp:Extensions>`, asked)),
};
for (const [how, make] of Object.entries(FORGED))
  test(`an assertion that is encrypted ${how} signs nobody in`, async () => {
    await refused(provider.finish(await posted(make)), 'not-verified');
  });
