import { Unavailable } from '#adapters/errors.ts';
import { findAccount } from '../accounts/find-account.ts';
import type { AuditEvent } from '../audit.ts';
import { errorAnswer } from './errors.ts';
import type { Caller, Service } from './operation.ts';

/** What changes nothing, by the names that the service gives its operations. */
const READS = /^(Admin)?(Describe|Get|List)/;

/** What a call can be about, the narrowest first. User names are left out: they may be e-mail addresses. */
const TARGETS = ['Domain', 'Identifier', 'GroupName', 'ResourceArn'];

/** The ids in an input or an answer that say what was touched. Only text is taken: the input is not checked yet. */
function idsOf(input: unknown): Pick<AuditEvent, 'pool' | 'client' | 'target'> {
  const members = typeof input === 'object' && input !== null ? (input as Record<string, unknown>) : {};
  const text = (name: string) => {
    const value = members[name];
    return typeof value === 'string' ? value.slice(0, 256) : undefined;
  };
  const ids = {
    pool: text('UserPoolId'),
    client: text('ClientId'),
    target: TARGETS.map(text).find((value) => value !== undefined),
  };
  return Object.fromEntries(Object.entries(ids).filter(([, value]) => value !== undefined));
}

/** The id of the pool or client that a call made, which its input could not name. */
function madeBy(answer: unknown): Pick<AuditEvent, 'pool' | 'client'> {
  const { UserPool, UserPoolClient } = answer as { UserPool?: { Id?: string }; UserPoolClient?: object };
  return UserPool?.Id ? { pool: UserPool.Id } : idsOf(UserPoolClient);
}

/**
 * Runs a call and records how it ended, with the account that it was about: looked for before, since the call may
 * delete it, or afterwards, since it may make it. Reads of the process itself are nobody's act and leave no line.
 */
export async function auditedCall<T>(
  service: Pick<Service, 'audit' | 'pools'>,
  operation: string,
  input: unknown,
  caller: Caller,
  run: () => Promise<T>,
): Promise<T> {
  const reads = READS.test(operation);
  if (!service.audit || (reads && caller.accessKey === 'process')) return run();
  let before: string | undefined;
  try {
    before = reads ? undefined : await accountOf(service, input);
    const answer = await run();
    const account = before ?? (reads ? undefined : await accountOf(service, input).catch(() => undefined));
    auditCall(service, operation, caller, { ...idsOf(input), ...madeBy(answer), account });
    return answer;
  } catch (error) {
    auditCall(service, operation, caller, { ...idsOf(input), account: before }, error);
    throw error;
  }
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

/** Records how a call ended. `error` is what it threw; its text is left out, since it may repeat what was sent. */
export function auditCall(
  service: Pick<Service, 'audit'>,
  operation: string,
  caller: Pick<Caller, 'accessKey' | 'requestId' | 'address'>,
  ids: Pick<AuditEvent, 'pool' | 'client' | 'account' | 'target'>,
  error?: unknown,
): void {
  if (!service.audit) return;
  const { accessKey, requestId, address } = caller;
  const answer = error === undefined ? undefined : errorAnswer(error, requestId);
  service.audit({
    event: 'api-call',
    outcome: answer ? (answer.unexpected ? 'failed' : 'refused') : 'success',
    reason: answer?.type,
    operation,
    ...(READS.test(operation) ? { readOnly: true } : {}),
    accessKey,
    ...ids,
    requestId,
    address,
  });
}
