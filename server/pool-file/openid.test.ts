/** The openid profile in a pool file, applied as at a start: rehearsed on empty stores, then written. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, beforeEach, test } from 'node:test';
import type { PoolRecord } from '#adapters/directory/records.ts';
import { openTestService, REGION, type TestService } from '../api/testing/open-service.ts';
import { featuresOf } from '../configuration/openid/features.ts';
import { applyPoolFile } from './apply-pool-file.ts';
import { InvalidPoolFile } from './read.ts';

const folder = mkdtempSync(join(tmpdir(), 'foyer-'));
const path = join(folder, 'pool.yaml');
const POOL = `${REGION}_OpenId001`;
const CLIENT = 'openidclient00000000000001';
const CODE = {
  AllowedOAuthFlowsUserPoolClient: true,
  AllowedOAuthFlows: ['code'],
  AllowedOAuthScopes: ['openid'],
  CallbackURLs: ['https://app.test/cb'],
};
const openid = (features?: string) => ({
  'foyer:profile': 'openid',
  ...(features !== undefined && { 'foyer:oauth-features': features }),
});

let api: TestService;
beforeEach(async () => {
  await api?.stores.close();
  api = await openTestService();
});
after(async () => {
  await api.stores.close();
  rmSync(folder, { recursive: true });
});

async function apply(text: string): Promise<void> {
  writeFileSync(path, text);
  await applyPoolFile(path, api.service, async () => {
    const { service, stores } = await openTestService();
    return { service, close: () => stores.close() };
  });
}

interface Story {
  tags?: object;
  OpenId?: object;
  client?: object;
  settings?: object;
  pool?: object;
}

const applyStory = ({ tags, OpenId, client, settings, pool }: Story) =>
  apply(
    JSON.stringify({
      pools: [
        {
          id: POOL,
          settings: { PoolName: 'OpenID', UserPoolTags: tags, ...pool },
          clients: [{ id: CLIENT, settings: { ClientName: 'App', ...CODE, ...settings }, OpenId, ...client }],
        },
      ],
    }),
  );

async function faults(applying: Promise<void>): Promise<string> {
  return applying.then(
    () => assert.fail('the file was applied'),
    (error) => {
      assert.ok(error instanceof InvalidPoolFile, String(error));
      return error.faults.join('\n');
    },
  );
}

const stored = async () => {
  const found = await api.service.directory.find('client', CLIENT);
  assert.ok(found);
  return found;
};
const pool = async (): Promise<PoolRecord> => {
  const found = await api.service.directory.find('pool', POOL);
  assert.ok(found);
  return found.record;
};
const tag = async (Tags: object) =>
  api.call('TagResource', {
    ResourceArn: `arn:aws:cognito-idp:${REGION}:123456789012:userpool/${POOL}`,
    Tags,
  });

test('a client has what the file says, and is not written again while it agrees', async () => {
  const OpenId = { consent: true, features: ['par'], require_pushed_authorization_requests: true };
  await applyStory({ tags: openid('dpop'), OpenId });
  const first = await stored();
  assert.deepEqual(first.record.settings.OpenId, OpenId);
  assert.deepEqual([...featuresOf(await pool(), first.record)].toSorted(), ['dpop', 'par']);
  api.clock.at += 1000;
  await applyStory({ tags: openid('dpop'), OpenId });
  assert.equal((await stored()).modifiedAt, first.modifiedAt);
});

test('a change of nothing else is applied, and a member that is named no more is gone', async () => {
  await applyStory({ tags: openid(), OpenId: { consent: true, default_max_age: 60 } });
  await applyStory({ tags: openid(), OpenId: { consent: false } });
  assert.deepEqual((await stored()).record.settings.OpenId, { consent: false });
  await applyStory({ tags: openid(), OpenId: {} });
  assert.deepEqual((await stored()).record.settings.OpenId, {});
});

test('a file that says nothing of it leaves it alone, also when it changes something else', async () => {
  const OpenId = { consent: true };
  await applyStory({ tags: openid(), OpenId });
  await applyStory({ tags: openid(), settings: { ClientName: 'Renamed' } });
  const renamed = await stored();
  const { settings } = renamed.record;
  assert.deepEqual([settings.ClientName, settings.OpenId], ['Renamed', OpenId]);
  api.clock.at += 1000;
  await applyStory({ tags: openid(), settings: { ClientName: 'Renamed' } });
  assert.equal((await stored()).modifiedAt, renamed.modifiedAt);
});

test('that a client was registered is not the file’s to say, nor to take away', async () => {
  await applyStory({ tags: openid(), OpenId: { consent: true } });
  const registered = { at: 1, tokenHash: 'x' };
  await api.service.directory.forPool(POOL).update('client', CLIENT, (client) => ({
    ...client,
    settings: { ...client.settings, OpenId: { ...client.settings.OpenId, registered } },
  }));
  const before = await stored();
  api.clock.at += 1000;
  await applyStory({ tags: openid(), OpenId: { consent: true } });
  assert.equal((await stored()).modifiedAt, before.modifiedAt);
  await applyStory({ tags: openid(), OpenId: { consent: false } });
  assert.deepEqual((await stored()).record.settings.OpenId, { registered, consent: false });
  const text = await faults(applyStory({ tags: openid(), OpenId: { registered } }));
  assert.match(text, /OpenId: "registered" is not known here/);
});

test('a pool of the cognito profile has no such clients', async () => {
  const refused =
    /pools\.0\.clients\.0: OpenId: only clients of pools whose tag foyer:profile is openid can have it\./;
  assert.match(await faults(applyStory({ OpenId: {} })), refused);
  assert.match(await faults(applyStory({ tags: { 'foyer:profile': 'cognito' }, OpenId: {} })), refused);
  assert.equal(await api.service.directory.find('pool', POOL), undefined);
  await applyStory({ tags: openid(), OpenId: {} });
  assert.match(await faults(applyStory({ tags: { 'foyer:profile': 'cognito' }, OpenId: {} })), refused);
  assert.deepEqual((await pool()).tags, openid());
});

test('what does not fit is told with its place, and nothing is written', async () => {
  const text = await faults(applyStory({ tags: openid(), OpenId: { dpop_bound_access_tokens: true } }));
  assert.equal(text, 'pools.0.clients.0: OpenId.dpop_bound_access_tokens: needs the feature dpop.');
  assert.match(
    await faults(applyStory({ tags: openid('pra'), OpenId: {} })),
    /pools\.0\.settings: The tag foyer:oauth-features cannot be pra/,
  );
  assert.equal(await api.service.directory.find('pool', POOL), undefined);
});

test('a secret that only the store knows counts before anything is written', async () => {
  await applyStory({ tags: openid(), client: { secret: 'a secret of this client' } });
  const text = await faults(
    applyStory({
      tags: openid(),
      pool: { DeletionProtection: 'ACTIVE' },
      OpenId: { token_endpoint_auth_method: 'none' },
    }),
  );
  assert.match(text, /pools\.0\.clients\.0\.OpenId\.token_endpoint_auth_method: none is for clients without/);
  assert.equal((await pool()).settings.DeletionProtection, 'INACTIVE');
});

test('profile and features that a pool has from others count, and stay when something else of it changes', async () => {
  const OpenId = { require_pushed_authorization_requests: true };
  await applyStory({});
  await tag({ ...openid('par'), Stage: 'test' });
  await applyStory({ OpenId });
  assert.deepEqual((await stored()).record.settings.OpenId, OpenId);
  await applyStory({ OpenId, tags: openid(), pool: { DeletionProtection: 'ACTIVE' } });
  assert.deepEqual((await pool()).tags, { ...openid('par'), Stage: 'test' });
  assert.equal((await pool()).settings.DeletionProtection, 'ACTIVE');
  assert.match(await faults(applyStory({ OpenId, tags: openid('') })), /needs the feature par/);
  await applyStory({ OpenId: {}, tags: openid('') });
  assert.deepEqual((await pool()).tags, openid(''));
});

test('the example of the documentation is applied as it stands', async () => {
  const [, example = ''] = /```yaml\n(.*?)```/s.exec(readFileSync('docs/openid.md', 'utf8')) ?? [];
  await apply(example.replaceAll('us-east-1_', `${REGION}_`));
  const { items } = await api.service.directory.listPools({ limit: 10 });
  assert.equal(items[0]?.record.tags['foyer:profile'], 'openid');
});
