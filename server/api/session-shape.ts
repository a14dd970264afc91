import type { SessionDescriptionType } from '@aws-sdk/client-cognito-identity-provider';
import { sessionId } from '../tokens/sessions/list.ts';
import type { Entry } from '../tokens/sessions/slots.ts';

/** A session as the lists show it. `current`: the grant of the access token that asks. */
export function sessionShape(entry: Entry, current?: unknown): SessionDescriptionType {
  const { type, of, origin, clientId, createdAt, activeAt, address, device = 'unknown' } = entry;
  return {
    SessionId: sessionId(type, of),
    SessionType: type,
    ClientId: clientId,
    CreateDate: new Date(createdAt),
    LastActiveDate: new Date(activeAt),
    DeviceType: device,
    LastIPAddress: address,
    OriginSessionId: origin && sessionId('SSO', origin),
    IsCurrentSession: of === current,
  };
}
