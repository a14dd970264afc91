import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import { refused } from '../contract.ts';
import type { Answer } from '../provider.ts';
import { type AskedBy, base64, samlIdentityProvider } from '../testing/saml-identity-provider.ts';
import { enveloped, makeKeys, signatureOf } from '../testing/saml-signature.ts';
import { CALLBACK, samlStory } from '../testing/saml-story.ts';
import {
  ASSERTION,
  part,
  pieces,
  responsePieces,
  SIGNATURE,
  WRAPPED,
  without,
} from '../testing/saml-wrapping.ts';

const story = samlStory();
const { idp } = story;
const provider = story.open();
const DS = 'http://www.w3.org/2000/09/xmldsig#';

/** What somebody posts who was sent to sign in, and what they post is theirs to make. */
async function posted(make: (asked: AskedBy) => string): Promise<Answer> {
  const { asked, kept } = await story.ask(provider);
  const parameters = { SAMLResponse: base64(make(asked)), RelayState: asked.relayState };
  return { method: 'POST', parameters, callbackUrl: CALLBACK, kept, state: 'state-1' };
}

test('what is honest is accepted, so that the rest of this file says something', async () => {
  const proven = await provider.finish(
    await posted((asked) => pieces(idp, asked).outer(pieces(idp, asked).signed)),
  );
  assert.equal(proven.subject, '10157004');
  assert.equal(
    (await provider.finish(await posted((asked) => responsePieces(idp, asked).signed))).subject,
    '10157004',
  );
});

for (const [kind, wrap] of Object.entries(WRAPPED)) {
  test(`ATK-33 FED-80 signature wrapping: ${kind}`, async () => {
    await refused(provider.finish(await posted((asked) => wrap(idp, asked))), 'not-verified');
  });
  test(`ATK-33 signature wrapping, both with the same ID: ${kind}`, async () => {
    const same = (asked: AskedBy) => wrap(idp, asked).replace(/_evil([\da-f]+)/g, '_$1');
    const ids = (asked: AskedBy) => {
      const xml = same(asked);
      const signed = part(/URI="#([^"]+)"/, xml).slice(6, -1);
      return xml.replaceAll(/ ID="[^"]+"(?=[^>]*><saml:Issuer)/g, ` ID="${signed}"`);
    };
    await refused(provider.finish(await posted(ids)), 'not-verified');
  });
}

const SECOND: Record<string, (asked: AskedBy) => string> = {
  'a second one that is signed as well'(asked) {
    const { signed, outer } = pieces(idp, asked);
    return outer(signed + pieces(idp, asked).signed);
  },
  'an unsigned one after the signed one'(asked) {
    const { signed, evil, outer } = pieces(idp, asked);
    return outer(signed + evil);
  },
  'one of another namespace'(asked) {
    const { signed, evil, outer } = pieces(idp, asked);
    return outer(evil.replace('SAML:2.0:assertion', 'SAML:1.0:assertion') + signed);
  },
  'one that is hidden in an attribute of the signed one'(asked) {
    const { evil, outer } = pieces(idp, asked);
    const bare = idp.assertion('otto', asked, {
      attributes: `<saml:Attribute Name="a"><saml:AttributeValue>${evil}</saml:AttributeValue></saml:Attribute>`,
    });
    return outer(enveloped(bare, signatureOf(bare, idp.keys)));
  },
  'an encrypted one beside it'(asked) {
    const { signed, outer } = pieces(idp, asked);
    const empty =
      '<saml:EncryptedAssertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"></saml:EncryptedAssertion>';
    return outer(signed + empty);
  },
};
for (const [what, make] of Object.entries(SECOND))
  test(`ATK-34 a second assertion signs nobody in: ${what}`, async () => {
    await refused(provider.finish(await posted(make)), 'not-verified');
  });

const ALTERED: Record<string, (asked: AskedBy) => string> = {
  'nothing is signed': (asked) => pieces(idp, asked).outer(pieces(idp, asked).bare),
  'the signature is taken off the assertion'(asked) {
    const { signed, outer } = pieces(idp, asked);
    return outer(without(signed, part(SIGNATURE, signed)));
  },
  'the signature of the assertion stands in the response'(asked) {
    const { bare, signature, outer } = pieces(idp, asked);
    return enveloped(outer(bare), signature);
  },
  'the assertion in a signed response is another'(asked) {
    const { signed } = responsePieces(idp, asked);
    return signed.replace(ASSERTION, () => idp.assertion('maria', asked));
  },
  'the assertion in a signed response is altered': (asked) =>
    responsePieces(idp, asked).signed.replace('>10157004<', '>10157003<'),
  'a signed assertion is altered': (asked) =>
    pieces(idp, asked).outer(pieces(idp, asked).signed.replace('>10157004<', '>10157003<')),
  'the response is well signed and the assertion is not'(asked) {
    const { bare, outer } = pieces(idp, asked);
    const forged = outer(enveloped(bare, signatureOf(bare, makeKeys())));
    return enveloped(forged, signatureOf(forged, idp.keys));
  },
  'the assertion is well signed and the response is not'(asked) {
    const { signed, outer } = pieces(idp, asked);
    return enveloped(outer(signed), signatureOf(outer(signed), makeKeys()));
  },
  'there is a second signature, which is nonsense'(asked) {
    const { bare, signature, outer } = pieces(idp, asked);
    return outer(enveloped(bare, signature + signatureOf(bare, idp.keys, { value: 'AAAA' })));
  },
};
for (const [what, make] of Object.entries(ALTERED))
  test(`FED-79 ATK-37 what is not signed as a whole signs nobody in: ${what}`, async () => {
    await refused(provider.finish(await posted(make)), 'not-verified');
  });

const pem = `-----BEGIN CERTIFICATE-----\n${idp.keys.certificate}\n-----END CERTIFICATE-----\n`;
const stranger = makeKeys();
const keyInfo = `<ds:KeyInfo><ds:X509Data><ds:X509Certificate>${stranger.certificate}</ds:X509Certificate></ds:X509Data></ds:KeyInfo>`;
const EXCLUSIVE = 'http://www.w3.org/2001/10/xml-exc-c14n#';
const ENVELOPED = `${DS}enveloped-signature`;
const SIGNED_BADLY: Record<string, Parameters<typeof signatureOf>[2]> = {
  'by a key that the metadata does not have': { keys: stranger },
  'by a key that the signature brings along': { keys: stranger, keyInfo },
  'with SHA-1': { method: `${DS}rsa-sha1`, digest: `${DS}sha1` },
  'with SHA-1 in the signature': { method: `${DS}rsa-sha1` },
  'with SHA-1 in the digest': { digest: `${DS}sha1` },
  'with no method at all': { method: '', value: '' },
  'with a method that is called none': { method: 'none', value: 'AAAA' },
  'with DSA': { method: `${DS}dsa-sha1` },
  'over an address elsewhere': { uri: 'https://evil.example/assertion.xml' },
  'over the whole document': { uri: '' },
  'over something that is not there': { uri: '#_nothing' },
  'over an XPointer': { uri: '#xpointer(/)' },
  'without the enveloped transform': { transforms: [EXCLUSIVE] },
  'with a transform that leaves parts out': {
    transforms: [ENVELOPED, 'http://www.w3.org/TR/1999/REC-xpath-19991116'],
  },
  'with a stylesheet': { transforms: [ENVELOPED, 'http://www.w3.org/TR/1999/REC-xslt-19991116'] },
  'with three transforms': { transforms: [ENVELOPED, EXCLUSIVE, EXCLUSIVE] },
  'with comments that count': { transforms: [ENVELOPED, `${EXCLUSIVE}WithComments`] },
  'canonical with comments': { canonicalization: `${EXCLUSIVE}WithComments` },
  'canonical in an unknown way': { canonicalization: 'urn:mine' },
  'with an Object of its own': { object: '<ds:Object></ds:Object>' },
  'with a SignedInfo in its KeyInfo': { keyInfo: '<ds:KeyInfo><ds:SignedInfo></ds:SignedInfo></ds:KeyInfo>' },
};
for (const [how, options] of Object.entries(SIGNED_BADLY))
  test(`FED-78 ATK-37 an assertion that is signed ${how} is refused`, async () => {
    for (const signed of ['assertion', 'response'] as const) {
      const answer = await story.comeBack('maria', { signed, signing: options }, provider);
      await refused(provider.finish(answer), 'not-verified');
    }
  });

test('ATK-37 a published certificate is no secret to sign with (HMAC)', async () => {
  for (const secret of [pem, idp.keys.certificate]) {
    const answer = await posted((asked) => {
      const { bare, outer } = pieces(idp, asked);
      const hmac = 'http://www.w3.org/2000/09/xmldsig#hmac-sha1';
      const draft = signatureOf(bare, idp.keys, { method: hmac });
      const info = part(/<ds:SignedInfo>.*<\/ds:SignedInfo>/s, draft);
      const canonical = info.replace('<ds:SignedInfo>', `<ds:SignedInfo xmlns:ds="${DS}">`);
      const value = createHmac('sha1', secret).update(canonical).digest('base64');
      return outer(enveloped(bare, signatureOf(bare, idp.keys, { method: hmac, value })));
    });
    await refused(provider.finish(answer), 'not-verified');
  }
});

test('an operator may take SHA-1 for a provider that knows nothing better', async () => {
  const environment = { ...story.environment, overrides: { SAML: { allow_sha1: 'true' } } };
  const { openProvider } = await import('../registry.ts');
  const lenient = openProvider(
    { name: 'CorpSaml', type: 'SAML', details: { MetadataFile: idp.metadata() } },
    environment,
  );
  const signing = { method: `${DS}rsa-sha1`, digest: `${DS}sha1` };
  assert.equal(
    (await lenient.finish(await story.comeBack('maria', { signing }, lenient))).subject,
    '10157003',
  );
});

test('FED-82 what another provider of the pool vouches for is no answer here', async () => {
  const other = samlIdentityProvider('https://other.example.com', story.clock.now, makeKeys());
  const shared = samlIdentityProvider('https://other.example.com', story.clock.now, idp.keys);
  for (const theirs of [other, shared]) {
    const { asked, kept } = await story.ask(provider);
    for (const lies of [{}, { responseIssuer: idp.entityId }, { responseIssuer: undefined }]) {
      const parameters = theirs.answer('maria', asked, lies);
      const answer = { method: 'POST' as const, parameters, callbackUrl: CALLBACK, kept, state: 'state-1' };
      await refused(provider.finish(answer), 'not-verified');
    }
  }
  const mixed = await story.comeBack('maria', { responseIssuer: 'https://other.example.com' }, provider);
  await refused(provider.finish(mixed), 'not-verified');
});
