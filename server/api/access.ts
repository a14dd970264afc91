/**
 * Who may call what. Operations that the model marks as needing no signature are served without looking at one, as
 * the service does; every other needs AWS Signature V4 by a key of the settings.
 */
import type { IncomingMessage } from 'node:http';
import type { Caller, Operation, Service } from './operation.ts';
import { verifySignature } from './signature-v4.ts';

export interface ReceivedCall {
  request: IncomingMessage;
  /** Host and port as a trusted proxy gave them, when it did. */
  forwardedHost?: string;
  body: Uint8Array;
  requestId: string;
}

/** The proven caller of an operation; throws ProtocolFault when its signature does not hold. */
export function authorize(
  service: Pick<Service, 'accessKeys' | 'clock' | 'settings'>,
  operation: Pick<Operation, 'access'>,
  call: ReceivedCall,
): Caller {
  const { requestId } = call;
  if (operation.access !== 'signed') return { region: service.settings.region, requestId };
  const { method = '', url = '', headers } = call.request;
  const joined = Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(',') : value]),
  );
  const hosts = new Set([headers.host ?? '', ...(call.forwardedHost ? [call.forwardedHost] : [])]);
  const signer = verifySignature(
    { method, url, headers: joined, hosts: [...hosts], body: call.body },
    'cognito-idp',
    (accessKey) => service.accessKeys.get(accessKey),
    service.clock.now(),
  );
  return { ...signer, requestId };
}
