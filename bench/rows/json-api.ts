import type { Bench } from '../bench.ts';
import { type Compared, compare, medianRatio } from '../compare.ts';
import type { Contestant } from '../contestant.ts';
import type { ScenarioName } from '../load/scenarios.ts';
import type { Figure, Row } from '../result.ts';

/** One operation of the JSON API beside what else can do it. */
function row(
  name: string,
  about: string,
  contestants: (bench: Bench) => Promise<Contestant[]>,
  figures: (compared: Compared[]) => Figure[],
): Row {
  return {
    name,
    about,
    async run(bench) {
      const compared = await compare(await contestants(bench), bench.options);
      const lines = compared.map(({ name: who, median: turn }) => ({ name: who, turn }));
      return [{ title: `${name}: ${about}`, lines, figures: figures(compared) }];
    },
  };
}

const foyer = async (bench: Bench, scenario: ScenarioName) =>
  bench.contestant('Foyer', await bench.foyer(), scenario);

const beside = (scenario: ScenarioName) => async (bench: Bench) => [
  await foyer(bench, scenario),
  bench.contestant('cognito-local', await bench.cognitoLocal(), scenario),
];

/** It hashes nothing and flushes nothing; to be faster all the same is the goal. */
function againstLocal([ours, local]: Compared[]): Figure[] {
  if (!ours || !local) return [];
  return [
    {
      name: 'per second, Foyer / cognito-local',
      value: medianRatio(ours, local, (turn) => turn.perSecond),
      goal: { atLeast: 1 },
    },
    { name: 'server CPU, Foyer / cognito-local', value: medianRatio(ours, local, (turn) => turn.cpuMs) },
  ];
}

export const apiPassword = row(
  'api-password',
  'InitiateAuth with a password',
  async (bench) => [...(await beside('password-sign-in')(bench)), await bench.bareHash()],
  (compared) => {
    const [ours, , hash] = compared;
    if (!ours || !hash) return [];
    const perSecond = medianRatio(ours, hash, (turn) => turn.perSecond);
    return [
      { name: 'per second, Foyer / bare hash', value: perSecond, goal: { atLeast: 0.8 } },
      ...againstLocal(compared),
    ];
  },
);

export const apiSrp = row(
  'api-srp',
  'SRP, both calls',
  async (bench) => [await foyer(bench, 'srp-sign-in')],
  ([ours]) => (ours ? [{ name: 'server CPU', unit: 'ms', value: ours.median.cpuMs }] : []),
);

export const apiGetUser = row(
  'api-get-user',
  'GetUser with an access token',
  beside('get-user'),
  againstLocal,
);

export const apiListUsers = row(
  'api-list-users',
  'a page of 60 people; Foyer has 1,000',
  beside('list-users'),
  againstLocal,
);
