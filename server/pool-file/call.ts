/** How the pool file calls the API's operations. */
import { callOperation } from '../api/call-operation.ts';
import type { Caller, Service } from '../api/operation.ts';
import { Refusal } from '../errors.ts';

export type Members = Record<string, unknown>;

/** One API call in process; the pool file is its caller. */
export type Call = (operation: string, input: Members, fixed?: Caller['fixed']) => Promise<Members>;

/** Signed calls act in the region of the pool; so does the file. */
export function callerFor(service: Service, poolId: string | undefined): Call {
  const region = poolId?.split('_')[0] ?? service.settings.region;
  return (operation, input, fixed) =>
    callOperation(service, operation, input, { region, requestId: 'pool-file', accessKey: 'process', fixed });
}

/** The answer, or undefined when what was asked for is not there. */
export async function found(answer: Promise<Members>): Promise<Members | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof Refusal && /^(ResourceNotFound|UserNotFound)Exception$/.test(error.code))
      return undefined;
    throw error;
  }
}
