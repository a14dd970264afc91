/**
 * What went wrong -> `__type`, text and status: the only place that shapes errors of the JSON API. Refusals of rules
 * carry their code; faults of the protocol itself (no signature, no such operation, no JSON) are named here, since no
 * rule can meet them. Anything else is an internal error of which the caller learns nothing but the request id.
 */
import { StoreError, Unavailable } from '#adapters/errors.ts';
import { type ErrorCode, Refusal } from '../errors.ts';

/** Faults of the protocol with their statuses. Texts are given where they are thrown. */
const PROTOCOL_FAULTS = {
  IncompleteSignatureException: 400,
  InvalidSignatureException: 400,
  MissingAuthenticationTokenException: 400,
  RequestEntityTooLargeException: 413,
  SerializationException: 400,
  UnknownOperationException: 400,
  UnrecognizedClientException: 400,
  UnsupportedMediaTypeException: 415,
} as const;

export type ProtocolFaultName = keyof typeof PROTOCOL_FAULTS;

export class ProtocolFault extends Error {
  override name = 'ProtocolFault';
  readonly type: ProtocolFaultName;

  constructor(type: ProtocolFaultName, message: string, options?: ErrorOptions) {
    super(message, options);
    this.type = type;
  }
}

export interface ErrorAnswer {
  status: number;
  type: ErrorCode | ProtocolFaultName | 'ServiceUnavailableException';
  message: string;
  /** Nobody asked for this: the cause belongs in the log as a fault. */
  unexpected: boolean;
}

/** USR-255: 400 with a name and a text; faults of ours are 500, and 503 when trying again may help. */
export function errorAnswer(error: unknown, requestId: string): ErrorAnswer {
  if (error instanceof Refusal)
    return { status: 400, type: error.code, message: error.message, unexpected: false };
  if (error instanceof ProtocolFault)
    return {
      status: PROTOCOL_FAULTS[error.type],
      type: error.type,
      message: error.message,
      unexpected: false,
    };
  if (error instanceof Unavailable)
    return {
      status: 503,
      type: 'ServiceUnavailableException',
      message: `The service is not available now. Try again. (request id ${requestId})`,
      unexpected: true,
    };
  // Two writers met in a way that no rule foresaw: the caller may try again, nothing is broken.
  if (error instanceof StoreError && (error.name === 'Missing' || error.name === 'AlreadyExists'))
    return {
      status: 400,
      type: 'ConcurrentModificationException',
      message: 'Another request changed the same resource. Try again.',
      unexpected: true,
    };
  return {
    status: 500,
    type: 'InternalErrorException',
    message: `Something went wrong on the server (request id ${requestId}).`,
    unexpected: true,
  };
}
