import type { RateKind } from '../settings/rates.ts';

const NAMED: Readonly<Record<string, RateKind>> = {
  AdminInitiateAuth: 'admin-initiate-auth',
  AdminRespondToAuthChallenge: 'admin-respond-to-auth-challenge',
  AdminAddUserToGroup: 'group-members',
  AdminRemoveUserFromGroup: 'group-members',
  AdminListGroupsForUser: 'group-members',
  SignUp: 'user-authentication',
  ConfirmSignUp: 'user-authentication',
  ResendConfirmationCode: 'user-authentication',
  InitiateAuth: 'user-authentication',
  RespondToAuthChallenge: 'user-authentication',
  ForgotPassword: 'user-authentication',
  ConfirmForgotPassword: 'user-authentication',
  ListUserPools: 'list',
  ListUserPoolClients: 'list',
  ListUserImportJobs: 'list',
  ListUsers: 'list',
  SetUICustomization: 'customization',
  AddCustomAttributes: 'customization',
};

const CONFIGURATION =
  /^(Create|Update|Delete)(UserPool|UserPoolClient|UserImportJob|UserPoolDomain|IdentityProvider|ResourceServer)$/;
const DESCRIBE = /^Describe(UserPool|UserPoolClient|UserImportJob|UserPoolDomain)$/;

/** Which rate an operation falls under; undefined when it has none. */
export function rateKind(operation: string): RateKind | undefined {
  if (Object.hasOwn(NAMED, operation)) return NAMED[operation];
  if (CONFIGURATION.test(operation)) return 'configuration';
  if (DESCRIBE.test(operation)) return 'describe';
  return operation.startsWith('Admin') ? 'other-admin' : undefined;
}
