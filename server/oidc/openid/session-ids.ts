import { hash } from 'node:crypto';
import type Provider from 'oidc-provider';

/** The parts of the library's model that no declaration shows. */
interface Session {
  uid: string;
  sidFor(clientId: string, value?: string): string | undefined;
}

/**
 * What an application knows a hosted session by (`sid`) follows from the session and the application. The library would
 * choose one at random for the first answer, so that of two first answers at the same moment one would tell a `sid`
 * that no logout token names later. It says nothing of the session's own id, and two applications cannot compare theirs.
 */
export function nameSessions(provider: Provider): void {
  const { Session } = provider as unknown as { Session: { prototype: object } };
  Object.assign(Session.prototype, {
    ensureClientContainer(this: Session, clientId: string): void {
      if (!this.sidFor(clientId))
        this.sidFor(clientId, hash('sha256', `${this.uid} ${clientId}`, 'base64url'));
    },
  });
}
