import assert from 'node:assert/strict';
import { test } from 'node:test';
import { refused } from '../contract.ts';
import { ProviderFault } from '../provider.ts';
import { openProvider } from '../registry.ts';
import { base64 } from '../testing/saml-identity-provider.ts';
import { samlStory } from '../testing/saml-story.ts';
import { readXml, UnreadableXml } from './read-xml.ts';

const story = samlStory();
const provider = story.open();
const LIMITS = { size: 10_000, depth: 10, elements: 100, comments: 'skipped' } as const;

const come = (tamper: (xml: string) => string, lies: object = {}) =>
  story.comeBack('maria', { tamper, ...lies }, provider);
const DTD = '<!DOCTYPE Response [<!ENTITY who "10157003">]>';

/** None of these changes what was signed, as far as a reader is concerned that takes them. */
const DOCUMENTS: Record<string, (xml: string) => string> = {
  'an entity that is declared': (xml) => DTD + xml.replace('>10157003<', '>&who;<'),
  'a document type that declares nothing': (xml) => `<!DOCTYPE samlp:Response>${xml}`,
  'a document type in small letters': (xml) => `<!doctype samlp:Response>${xml}`,
  'an external document type': (xml) => `<!DOCTYPE r SYSTEM "https://evil.example/x.dtd">${xml}`,
  'an entity that is a file': (xml) => `<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>${xml}`,
  'a parameter entity': (xml) => `<!DOCTYPE r [<!ENTITY % x SYSTEM "http://127.0.0.1/"> %x;]>${xml}`,
  'entities of entities': (xml) => `<!DOCTYPE r [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]>${xml}`,
  'an entity that nobody declared': (xml) => xml.replace('>10157003<', '>&who;<'),
  'a comment': (xml) => xml.replace('</samlp:Response>', '<!-- --></samlp:Response>'),
  'a comment before the root': (xml) => `<!-- -->${xml}`,
  'a CDATA section': (xml) => xml.replace('>10157003<', '><![CDATA[10157003]]><'),
  'a processing instruction': (xml) => `<?xml-stylesheet href="https://evil.example/"?>${xml}`,
  'an instruction in the NameID': (xml) => xml.replace('>10157003<', '>10157003<?x ?><'),
  'two documents': (xml) => xml + xml,
  'text after the end': (xml) => `${xml}x`,
  'no end': (xml) => xml.slice(0, -1),
  'UTF-16, as it says': (xml) => `<?xml version="1.0" encoding="UTF-16"?>${xml}`,
  'XML 1.1': (xml) => `<?xml version="1.1"?>${xml}`,
  'a prefix that means two things': (xml) => xml.replace(' ID=', ' xmlns:xml="urn:x" ID='),
  'an attribute twice': (xml) => xml.replace(' Version="2.0"', ' Version="2.0" Version="2.0"'),
  'a zero': (xml) => xml.replace('>10157003<', '>10157003\u0000<'),
  'a zero by its number': (xml) => xml.replace('>10157003<', '>10157003&#0;<'),
  'more than 100,000 characters': (xml) => xml + ' '.repeat(100_000),
  'more depth than anybody needs': (xml) =>
    xml.replace('<samlp:Status>', `${'<a>'.repeat(1000)}${'</a>'.repeat(1000)}<samlp:Status>`),
  'more elements than anybody needs': (xml) =>
    xml.replace('<samlp:Status>', `${'<a/>'.repeat(9000)}<samlp:Status>`),
  'a LogoutResponse': () =>
    '<samlp:LogoutResponse xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" Version="2.0"></samlp:LogoutResponse>',
  'an assertion alone': (xml) => /<saml:Assertion.*<\/saml:Assertion>/s.exec(xml)?.[0] ?? '',
  'SAML 1.1': (xml) => xml.replace('SAML:2.0:protocol', 'SAML:1.0:protocol'),
  'another version': (xml) => xml.replace('Version="2.0"><saml:Issuer', 'Version="1.1"><saml:Issuer'),
  HTML: () => '<!doctype html><title>Sign in</title><br>',
  nothing: () => ' ',
};
for (const [what, tamper] of Object.entries(DOCUMENTS))
  test(`a document with ${what} is not read`, async () => {
    const fault = await refused(provider.finish(await come(tamper)), 'invalid-answer');
    assert.equal(fault.description, 'Invalid samlResponse or relayState from identity provider');
    assert.ok(!fault.message.includes('10157003'), 'what it says of a person stays out of the log');
  });

test('what is no base64 and no UTF-8 is not read', async () => {
  const good = await come((xml) => xml);
  const post = (SAMLResponse: string) =>
    provider.finish({ ...good, parameters: { ...good.parameters, SAMLResponse } });
  for (const bad of ['%%%', '<samlp:Response/>', 'a=b', 'PP/+']) await refused(post(bad), 'invalid-answer');
  await refused(post('A'.repeat(100_001)), 'invalid-answer');
});

test('blanks and line breaks in base64, and an XML declaration, are as honest providers send them', async () => {
  const good = await come((xml) => `\ufeff<?xml version="1.0" encoding="UTF-8" standalone="no"?>\n${xml}\n`);
  const { SAMLResponse = '' } = good.parameters;
  const broken = SAMLResponse.replaceAll(/.{76}/g, '$&\r\n');
  const proven = await provider.finish({ ...good, parameters: { ...good.parameters, SAMLResponse: broken } });
  assert.equal(proven.subject, '10157003');
});

/** The provider knows a person whose name begins with Maria's, and a comment does not change what it signed. */
const CUT: Record<string, string> = {
  'a comment': '10157003<!-- -->.evil',
  'an empty comment': '10157003<!---->.evil',
  'an instruction': '10157003<?x?>.evil',
  'a CDATA section': '10157003<![CDATA[]]>.evil',
};
for (const [what, name] of Object.entries(CUT))
  test(`ATK-35 ${what} in the NameID does not make it another's`, async () => {
    for (const signed of ['assertion', 'response', 'both'] as const) {
      const lies = { nameId: '10157003.evil', signed };
      assert.equal((await provider.finish(await come((xml) => xml, lies))).subject, '10157003.evil');
      await refused(
        provider.finish(await come((xml) => xml.replace('10157003.evil', name), lies)),
        'invalid-answer',
      );
    }
  });

test('ATK-36 a comment in the DigestValue hides no other digest', async () => {
  const comment = (xml: string) => xml.replace('<ds:DigestValue>', '<ds:DigestValue><!--AAAA-->');
  await refused(provider.finish(await come(comment)), 'invalid-answer');
  const two = (xml: string) =>
    xml.replace('<ds:DigestValue>', '<ds:DigestValue>AAAA</ds:DigestValue><ds:DigestValue>');
  await refused(provider.finish(await come(two)), 'not-verified');
  const nested = (xml: string) => xml.replace('<ds:DigestValue>', '<ds:DigestValue><a></a>');
  await refused(provider.finish(await come(nested)), 'not-verified');
});

test('whatever piece a document lacks or has twice, it speaks of the same person or of nobody', async () => {
  const details = { MetadataFile: story.idp.metadata() };
  const record = { name: 'CorpSaml', type: 'SAML', details };
  const again = openProvider(record, { ...story.environment, once: async () => true });
  const good = await story.comeBack('maria', {}, again);
  const maria = await again.finish(good);
  const xml = Buffer.from(good.parameters['SAMLResponse'] ?? '', 'base64').toString();
  const pieces = xml.match(/<[^>]+>|[^<]+/g) ?? [];
  for (const at of pieces.keys()) {
    for (const changed of [pieces.toSpliced(at, 1), pieces.toSpliced(at, 0, pieces[at] ?? '')]) {
      const parameters = { ...good.parameters, SAMLResponse: base64(changed.join('')) };
      const end = await again.finish({ ...good, parameters }).catch((fault) => fault);
      if (end instanceof ProviderFault) assert.match(end.reason, /^(invalid-answer|not-verified)$/);
      else assert.deepEqual(end, maria);
    }
  }
});

test('XML is read as it is meant', () => {
  const root = readXml(
    '<p:a xmlns:p="urn:p" xmlns="urn:q" x="&lt;1&#x41;\n2"> <b>&amp;<!-- - --></b><p:c/></p:a>',
    LIMITS,
  );
  assert.deepEqual([root.name, root.namespace, root.attributes.get('x')], ['a', 'urn:p', '<1A 2']);
  assert.deepEqual(
    root.children.map(({ name, namespace, text }) => [name, namespace, text]),
    [
      ['b', 'urn:q', '&'],
      ['c', 'urn:p', ''],
    ],
  );
});

test('what is not well-formed is not read', () => {
  const documents = [
    '',
    ' ',
    'x',
    '<a>',
    '</a>',
    '<a></b>',
    '<a><b></a></b>',
    '<a/><b/>',
    '<a b=c/>',
    '<a b/>',
  ];
  const texts = ['<a>&</a>', '<a>&x</a>', '<a>&#;</a>', '<a>&#x110000;</a>', '<a>&#xD800;</a>', '<a>]]></a>'];
  const names = [
    '<p:a/>',
    '<a p:b=""/>',
    '<1/>',
    '<a:b:c/>',
    '<a xmlns:p=""/>',
    '<a xmlns:p="u" xmlns:q="u" p:b="" q:b=""/>',
  ];
  const others = [
    '<!-- -- --><a/>',
    '<!-- <a/>',
    '<a b="<"/>',
    '<a>\ud800</a>',
    '<a>\ufffe</a>',
    '< a/>',
    '<a',
  ];
  for (const document of [...documents, ...texts, ...names, ...others])
    assert.throws(() => readXml(document, LIMITS), UnreadableXml, document);
});

test('a document that was made to be slow is soon done with', () => {
  const size = 1_000_000;
  const documents = [
    `<a ${'x'.repeat(size)}`,
    `<a${' b="1"'.repeat(size / 6)}`,
    `<!--${'-x'.repeat(size / 2)}`,
    '<'.repeat(size),
    `<a>${'&amp'.repeat(size / 4)}`,
    `<a x="${'&amp;'.repeat(size / 5)}`,
    `<${'a:'.repeat(size / 2)}>`,
  ];
  for (const document of documents) {
    const before = process.cpuUsage();
    assert.throws(() => readXml(document, { ...LIMITS, size: 2 * size }), UnreadableXml);
    // Linear in its length: a quadratic reader would take minutes for a million characters.
    assert.ok(process.cpuUsage(before).user < 10_000_000);
  }
});
