/**
 * The one way to an operation, for HTTP, the pool file and the console alike: look it up, check the input, run it,
 * and let opened pools see what was written. Who may call is decided before, in `access.ts`.
 */
import { Refusal } from '../errors.ts';
import { auditedCall } from './audit-call.ts';
import { ProtocolFault } from './errors.ts';
import { compileInput } from './model/check.ts';
import { type Model, USER_POOLS } from './model/models.ts';
import type { Caller, Operation, Service } from './operation.ts';
import { refuseUnsupported } from './unsupported.ts';
import { userPoolOperations } from './user-pools/index.ts';

interface Callable extends Operation {
  check(input: unknown): object;
}

/** Every operation with the check of its input, compiled at start: a mistake in a model stops the process there. */
const callable: ReadonlyMap<string, Callable> = new Map(
  userPoolOperations.map((operation) => {
    const modelled = USER_POOLS.operations[operation.name];
    if (!modelled) throw new Error(`The model has no operation ${operation.name}`);
    return [operation.name, { ...operation, check: compileInput(USER_POOLS, modelled.input) }];
  }),
);

/** The fault of a call whose operation Foyer lacks; without a model nothing is known of it. */
export function unknownOperation(name: string, model?: Model): ProtocolFault {
  return new ProtocolFault(
    'UnknownOperationException',
    model && Object.hasOwn(model.operations, name)
      ? `${name} is not supported by Foyer yet.`
      : 'The operation is not known.',
  );
}

/**
 * Runs an operation on an input in the API's own shape and gives its answer, timestamps as `Date`.
 * Throws Refusal with the API's code, or ProtocolFault for an unknown operation or an input of the wrong types.
 */
export async function callOperation(
  service: Service,
  name: string,
  input: unknown,
  caller: Caller,
  // biome-ignore lint/suspicious/noExplicitAny: the answer has the shape of the operation that the caller named.
): Promise<Record<string, any>> {
  const operation = callable.get(name);
  if (!operation) throw unknownOperation(name, USER_POOLS);
  return auditedCall(service, name, input, caller, async () => {
    const checked = operation.check(input);
    refuseUnsupported(name, checked);
    refuseOtherRegion(checked, caller);
    try {
      return (await operation.run(service, checked, caller)) ?? {};
    } finally {
      // Also after a fault: part of the work may have been done.
      if (operation.configures) await service.pools.refresh();
    }
  });
}

/** A pool belongs to the region in its id; to a call signed for another region it is not there. */
function refuseOtherRegion(input: { UserPoolId?: string }, caller: Caller): void {
  const { UserPoolId } = input;
  if (UserPoolId === undefined || caller.accessKey === undefined) return;
  if (!UserPoolId.startsWith(`${caller.region}_`)) throw new Refusal('pool-not-found', { pool: UserPoolId });
}
