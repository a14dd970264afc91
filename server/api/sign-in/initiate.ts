import type { AuthFlowType } from '@aws-sdk/client-cognito-identity-provider';
import { checkSecretHash } from '../../configuration/check-secret-hash.ts';
import { refuseUnbound } from '../../configuration/openid/refuse-unbound.ts';
import { type SignInFlow, signInFlows } from '../../configuration/sign-in-flows.ts';
import { invalidParameter } from '../../errors.ts';
import type { SignInAnswer, SigningIn } from './advance.ts';
import { startChoice } from './choice.ts';
import { type Parameters, usernameIn } from './parameters.ts';
import { sendPassword, startSrp } from './password-challenges.ts';
import { startRefresh } from './refresh.ts';

type Start = (at: SigningIn, parameters: Parameters, session?: string) => Promise<SignInAnswer>;

interface Flow {
  /** Under what name a client allows it. */
  allowedAs: SignInFlow;
  /** What a client that does not is told. */
  otherwise: string;
  /** Who may call it, where not everybody may. */
  only?: 'signed' | 'public';
  start: Start;
}

/** A flow that names its person proves the client's secret with that name, before anything is looked up. */
const named =
  (start: Start): Start =>
  (at, parameters, session) => {
    checkSecretHash(at.client, usernameIn(parameters), parameters['SECRET_HASH']);
    return start(at, parameters, session);
  };

const notEnabled = (name: string) => `${name} is not enabled for the client.`;
const refresh: Flow = {
  allowedAs: 'REFRESH_TOKEN_AUTH',
  otherwise: notEnabled('REFRESH_TOKEN_AUTH'),
  start: startRefresh,
};
const adminPassword: Flow = {
  allowedAs: 'ADMIN_USER_PASSWORD_AUTH',
  otherwise: 'Auth flow not enabled for this client',
  only: 'signed',
  start: named(sendPassword),
};

const FLOWS: Record<AuthFlowType, Flow> = {
  USER_SRP_AUTH: {
    allowedAs: 'USER_SRP_AUTH',
    otherwise: notEnabled('USER_SRP_AUTH'),
    start: named(startSrp),
  },
  USER_PASSWORD_AUTH: {
    allowedAs: 'USER_PASSWORD_AUTH',
    otherwise: 'USER_PASSWORD_AUTH flow not enabled for this client',
    only: 'public',
    start: named(sendPassword),
  },
  ADMIN_NO_SRP_AUTH: adminPassword,
  ADMIN_USER_PASSWORD_AUTH: adminPassword,
  USER_AUTH: { allowedAs: 'USER_AUTH', otherwise: notEnabled('USER_AUTH'), start: named(startChoice) },
  CUSTOM_AUTH: {
    allowedAs: 'CUSTOM_AUTH',
    otherwise: notEnabled('CUSTOM_AUTH'),
    async start() {
      throw invalidParameter('Custom auth lambda trigger is not configured for the user pool.');
    },
  },
  REFRESH_TOKEN_AUTH: refresh,
  REFRESH_TOKEN: refresh,
};

/**
 * Begins a sign-in.
 * @throws Refusal as the flow does; `invalid-parameter` when client or caller may not use it, `operation-not-enabled` when
 * the client must have other tokens than the API gives
 */
export async function initiate(
  at: SigningIn,
  flow: AuthFlowType,
  parameters: Parameters,
  session?: string,
): Promise<SignInAnswer> {
  const { allowedAs, otherwise, only, start } = FLOWS[flow];
  if (only && (only === 'signed') !== at.signed)
    throw invalidParameter('Initiate Auth method not supported.');
  if (!signInFlows(at.client).has(allowedAs)) throw invalidParameter(otherwise);
  refuseUnbound(at.pool, at.client);
  return start(at, parameters, session);
}
