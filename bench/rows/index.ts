import type { Row } from '../result.ts';
import {
  clientCredentials,
  pushedAndBound,
  refresh,
  singleSignOn,
  tokenExchange,
} from './against-provider.ts';
import { csvImport } from './csv-import.ts';
import { federatedSignIn } from './federated-sign-in.ts';
import { apiGetUser, apiListUsers, apiPassword, apiSrp } from './json-api.ts';
import { manyAccounts } from './many-accounts.ts';
import { memory } from './memory.ts';
import { signIn } from './sign-in.ts';
import { start } from './start.ts';
import { twoProcesses } from './two-processes.ts';

/** Every row, in the order in which they run. */
export const ROWS: Row[] = [
  clientCredentials,
  signIn,
  federatedSignIn,
  singleSignOn,
  pushedAndBound,
  tokenExchange,
  refresh,
  start,
  memory,
  twoProcesses,
  manyAccounts,
  apiPassword,
  apiSrp,
  apiGetUser,
  apiListUsers,
  csvImport,
];
