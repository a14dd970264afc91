import { Unavailable } from '#adapters/errors.ts';
import { findAccount } from '../accounts/find-account.ts';
import type { AuditEvent } from '../audit.ts';
import { isPoolId } from '../configuration/pool-ids.ts';
import { answeredHolder, type Holder, tokenSubject } from './audit-subject.ts';
import { errorAnswer } from './errors.ts';
import { compileHide, type Hider } from './model/hide.ts';
import { USER_POOLS } from './model/models.ts';
import type { Caller, Service } from './operation.ts';

/** What changes nothing, by the names that the service gives its operations; and what only sounds as if it did. */
const READS: ReadonlySet<string> = new Set(
  Object.keys(USER_POOLS.operations).filter((name) =>
    /^(?!GetTokensFromRefreshToken|GetClientToken|GetDerivedToken|GetUserAttributeVerificationCode)(Admin)?(Describe|Get|List)/.test(
      name,
    ),
  ),
);

/** Signed, called for every sign-in, and answered with whose tokens they are: nobody is looked up for them. */
const SIGN_INS = ['AdminInitiateAuth', 'AdminRespondToAuthChallenge'];

/** What is refused before anybody is looked at, and may come as a flood. */
const UNSEEN = ['TooManyRequestsException', 'ServiceUnavailableException', 'SerializationException'];

type Ids = Pick<AuditEvent, 'pool' | 'client' | 'account'>;

/** What a call brought, what it was answered, and how it failed. */
interface Ended {
  input?: unknown;
  answer?: unknown;
  error?: unknown;
}

/**
 * Runs a call and records how it ended, with the account that it was about: looked for before, since the call may
 * delete it, or afterwards, since it may make it. Reads of the process itself are nobody's act and leave no line.
 *
 * Of calls that anybody may make the account is looked for beside the answer, which must take as long for a name
 * without an account as for one with it (ATK-47).
 */
export async function auditedCall<T>(
  service: Pick<Service, 'audit' | 'pools' | 'directory'>,
  operation: string,
  input: unknown,
  caller: Caller,
  run: () => Promise<T>,
): Promise<T> {
  const reads = READS.has(operation);
  if (!service.audit || (reads && caller.accessKey === 'process')) return run();
  const signed = caller.accessKey !== undefined;
  const looks = signed && !reads && !SIGN_INS.includes(operation);
  const tell = (ended: Ended, ids: Ids) => auditCall(service, operation, caller, ended, ids);
  let before: string | undefined;
  try {
    before = looks ? await accountOf(service, input) : undefined;
    const answer = await run();
    const ended = { input, answer };
    const holder = answeredHolder(answer) ?? tokenSubject(input);
    if (signed) {
      const known = before ?? holder?.account;
      const account = known ?? (looks ? await accountOf(service, input).catch(() => undefined) : undefined);
      tell(ended, { ...idsOf(input), ...madeBy(answer), ...holder, account });
    } else if (holder?.pool) tell(ended, { ...idsOf(input), ...holder });
    else tellBeside(service, input, (found) => tell(ended, { ...idsOf(input), ...found, ...holder }));
    return answer;
  } catch (error) {
    const ended = { input, error };
    const { type } = errorAnswer(error, caller.requestId);
    if (signed || UNSEEN.includes(type)) tell(ended, { account: before });
    else tellBeside(service, input, (found) => tell(ended, found));
    throw error;
  }
}

/** The ids in an input or an answer that say what was touched. */
function idsOf(input: unknown): Ids {
  const { UserPoolId, ClientId } = (input ?? {}) as Record<string, unknown>;
  const ids: Ids = {};
  if (typeof UserPoolId === 'string' && isPoolId(UserPoolId)) ids.pool = UserPoolId;
  if (typeof ClientId === 'string') ids.client = ClientId;
  return ids;
}

/** The id of the pool or client that a call made, which its input could not name. */
function madeBy(answer: unknown): Ids {
  const { UserPool, UserPoolClient } = answer as { UserPool?: { Id?: string }; UserPoolClient?: object };
  return UserPool?.Id ? { pool: UserPool.Id } : idsOf(UserPoolClient);
}

/**
 * The id of the account that `Username` names; whatever is wrong with it is for the call itself to say. Throws
 * Unavailable: a store that is away is waited for once, not by the call again.
 */
async function accountOf(service: Pick<Service, 'pools'>, input: unknown): Promise<string | undefined> {
  const { UserPoolId, Username } = (input ?? {}) as Record<string, unknown>;
  if (typeof UserPoolId !== 'string' || typeof Username !== 'string') return undefined;
  try {
    return (await findAccount(await service.pools.byId(UserPoolId), Username))?.id;
  } catch (error) {
    if (error instanceof Unavailable) throw error;
    return undefined;
  }
}

/** Tells what was found of a public call's pool and account, when it was: while nobody waits. */
function tellBeside(
  service: Pick<Service, 'pools' | 'directory'>,
  input: unknown,
  tell: (holder: Holder) => void,
): void {
  publicSubject(service, input).then(tell, () => tell({}));
}

async function publicSubject(
  { directory, pools }: Pick<Service, 'pools' | 'directory'>,
  input: unknown,
): Promise<Holder> {
  const { client } = idsOf(input);
  const stored = client && (await directory.find('client', client));
  if (!stored) return {};
  const pool = await pools.byId(stored.pool);
  const name = typedName(input);
  const account = name === undefined ? undefined : await findAccount(pool, name);
  return { pool: pool.id, client, account: account?.id };
}

/** The name that a public call is about, wherever its operation has it. */
function typedName(input: unknown): string | undefined {
  const { Username, AuthParameters, ChallengeResponses } = input as {
    Username?: unknown;
    AuthParameters?: { USERNAME?: unknown } | null;
    ChallengeResponses?: { USERNAME?: unknown } | null;
  };
  const name = Username ?? AuthParameters?.USERNAME ?? ChallengeResponses?.USERNAME;
  return typeof name === 'string' ? name : undefined;
}

const hiders = new Map<string, { input: Hider; output: Hider }>();

/** Compiled when an operation is called for the first time: most never are. */
function hiderOf(operation: string) {
  let hider = hiders.get(operation);
  if (!hider) {
    const modelled = USER_POOLS.operations[operation];
    hider = {
      input: compileHide(USER_POOLS, modelled?.input),
      output: compileHide(USER_POOLS, modelled?.output),
    };
    hiders.set(operation, hider);
  }
  return hider;
}

/** Records how a call ended, with what it brought and was answered, as far as that may be read by anyone. */
export function auditCall(
  service: Pick<Service, 'audit'>,
  operation: string,
  caller: Pick<Caller, 'accessKey' | 'requestId' | 'address' | 'userAgent'> & { region?: string },
  { input, answer, error }: Ended,
  ids: Ids = {},
): void {
  if (!service.audit) return;
  const { accessKey, requestId, address, userAgent, region } = caller;
  const hider = hiderOf(operation);
  const failed = error === undefined ? undefined : errorAnswer(error, requestId);
  const readOnly = READS.has(operation);
  const answered = answer !== undefined && !readOnly && Object.keys(answer as object).length > 0;
  service.audit({
    event: 'api-call',
    outcome: failed ? (failed.unexpected ? 'failed' : 'refused') : 'success',
    reason: failed?.type,
    message: failed && hider.input.clean(failed.message, input),
    operation,
    readOnly: readOnly || undefined,
    accessKey,
    // The client that a refused call names may be anything that was typed in the wrong place.
    pool: ids.pool ?? idsOf(input).pool,
    client: ids.client,
    account: ids.account,
    call: {
      region,
      parameters: input === undefined ? null : hider.input.show(input),
      elements: answered ? hider.output.show(answer) : null,
    },
    requestId,
    address,
    userAgent,
  });
}
