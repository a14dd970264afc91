import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request } from 'node:http';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from './free-port.ts';
import { type AuditLine, metricsAt } from './observed.ts';
import { hostedAt } from './person.ts';
import { type Foyer, startFoyer } from './start.ts';
import { STORY, storyPool } from './story-pool.ts';

test('what several workers count is added up at one port', async () => {
  const port = await freePort();
  const several = await startFoyer({
    poolFile: storyPool(),
    env: {
      FOYER_MODE: 'production',
      FOYER_HOST: '127.0.0.1',
      FOYER_WORKERS: '2',
      FOYER_DRAIN_SECONDS: '0',
      FOYER_METRICS_PORT: String(port),
    },
    clockShift: false,
  });
  // The first worker that listens makes it ready; the line is written when both do.
  while (!several.log().some((line) => line.includes('"msg":"listening"'))) await pause(20);
  for (let i = 0; i < 10; i++) assert.equal(await machineToken(several), 200);
  const metrics = await metricsAt(port);
  assert.equal(metrics.get('foyer_token_answers_total{grant="client_credentials"}'), 10);
  assert.equal(metrics.get('foyer_request_duration_seconds_count{route="/oauth2/token",outcome="2xx"}'), 10);
  assert.equal(await several.stop(), 0);
  const answered = several.log().map((line) => JSON.parse(line) as AuditLine);
  const workers = answered.filter(({ eventName }) => eventName === 'token-issue').map(({ worker }) => worker);
  assert.equal(new Set(workers).size, 2, 'both workers answered some');
});

/** A token for the machine, over a connection of its own: each connection goes to the next worker. */
async function machineToken({ url }: Pick<Foyer, 'url'>): Promise<number | undefined> {
  const form = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: STORY.machineClient,
    client_secret: STORY.webSecret,
  });
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const sent = request(`${hostedAt({ url })}/oauth2/token`, { method: 'POST', headers, agent: false });
  sent.end(form.toString());
  const [response] = await once(sent, 'response');
  response.resume();
  return response.statusCode;
}
