import type { ClientSettings, PoolSettings } from '#adapters/directory/records.ts';

/** Which ways in the pages show. The rules refuse on their own what is not offered; pages only do not lead there. */
export interface Offers {
  /** A sign-in name and password of the pool itself (HUI-159). */
  password: boolean;
  /** A new account (HUI-169). */
  signUp: boolean;
  /** A code to reset a forgotten password. */
  recovery: boolean;
  /** Any way to sign in at all. */
  signIn: boolean;
  /** A provider that is found by the domain of an e-mail address (FED-17). */
  emailProviders: boolean;
}

export function offersOf(
  pool: Pick<PoolSettings, 'AdminCreateUserConfig' | 'AccountRecoverySetting'>,
  client: Pick<ClientSettings, 'SupportedIdentityProviders'>,
  providers: { any: boolean; byEmail: boolean } = { any: false, byEmail: false },
): Offers {
  const password = client.SupportedIdentityProviders.includes('COGNITO');
  const mechanisms = pool.AccountRecoverySetting?.RecoveryMechanisms ?? [];
  return {
    signIn: password || providers.any,
    emailProviders: providers.byEmail,
    password,
    signUp: password && !pool.AdminCreateUserConfig.AllowAdminCreateUserOnly,
    recovery: password && !mechanisms.some(({ Name }) => Name === 'admin_only'),
  };
}
