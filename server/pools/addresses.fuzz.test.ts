import assert from 'node:assert/strict';
import { test } from 'node:test';
import { anyText, fc, textOf } from '#adapters/testing/fuzz.ts';
import { checkDomainName, domainKind } from '../configuration/domain-names.ts';
import { addressesOf, domainNamed } from './addresses.ts';

const settings = fc.constantFrom(
  { publicUrl: 'http://localhost:9400' },
  { publicUrl: 'https://id.example.com', domainSuffix: 'example.com' },
  { publicUrl: 'https://id.example.com:8443', domainSuffix: 'pools.test' },
  { publicUrl: 'http://[::1]:9400' },
);
const region = fc.constantFrom('eu-central-1', 'us-gov-west-1', 'local');
const label = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,12}[a-z0-9])?$/);
const names = fc.oneof(
  label,
  fc.tuple(label, label).map((labels) => labels.join('.')),
  textOf([
    'acme',
    'auth',
    '.',
    '.',
    '-',
    'eu-central-1',
    'example.com',
    'pools.test',
    'localhost',
    'xn--',
    '1',
    'A',
    '_',
  ]),
);
const paths = textOf(['/', 'login', 'acme', '//', '..', '%2f', '?', '\\', 'ü', 'x'.repeat(64)]);

function mayBeDomain(name: string, within: { publicUrl: string; domainSuffix?: string }): boolean {
  try {
    checkDomainName(name, { aliasHost: 'lb.example.net', ...within });
    return true;
  } catch {
    return false;
  }
}

test('HUI-03 whoever opens an address of a domain reaches that domain, whatever the path behind it', () => {
  fc.assert(
    fc.property(settings, region, names, paths, fc.boolean(), (settings, region, name, path, loud) => {
      fc.pre(mayBeDomain(name, settings));
      for (const { base, mountPath } of addressesOf(settings, region, {
        id: name,
        record: { kind: domainKind(name) },
      })) {
        const { host } = new URL(base);
        const [first] = domainNamed(
          settings,
          loud ? host.toUpperCase() : host,
          `${mountPath}/${path}`,
        ).filter(({ byPath }) => byPath === (mountPath !== ''));
        assert.deepEqual(first, {
          domain: name,
          byPath: mountPath !== '',
          ...(mountPath === '' && domainKind(name) === 'prefix' ? { region } : {}),
        });
      }
    }),
  );
});

test('whatever host and path are sent, what is looked up could be a domain, so that nobody fills the memory with names', () => {
  const hosts = fc.oneof(
    names,
    anyText(),
    textOf(['acme', '.', ':', '443', '[::1]', '@', 'x'.repeat(64), '.auth.', 'example.com']),
  );
  fc.assert(
    fc.property(settings, hosts, fc.oneof(paths, anyText()), (settings, host, path) => {
      const named = domainNamed(settings, host, path);
      assert.ok(named.length <= 2);
      for (const { domain, region, byPath } of named) {
        assert.ok(domain.length <= 63, domain);
        assert.match(domain, /^[a-z0-9.-]+$/);
        assert.ok(
          byPath ? domainKind(domain) === 'prefix' : region !== undefined || domainKind(domain) === 'custom',
        );
      }
    }),
  );
});
