import type { ClientSettings, PoolSettings } from '#adapters/directory/records.ts';

/** Which ways in the pages show. The rules refuse on their own what is not offered; pages only do not lead there. */
export interface Offers {
  /** A sign-in name and password of the pool itself (HUI-159). */
  password: boolean;
  /** A new account (HUI-169). */
  signUp: boolean;
  /** A code to reset a forgotten password. */
  recovery: boolean;
}

export function offersOf(
  pool: Pick<PoolSettings, 'AdminCreateUserConfig' | 'AccountRecoverySetting'>,
  client: Pick<ClientSettings, 'SupportedIdentityProviders'>,
): Offers {
  const password = client.SupportedIdentityProviders.includes('COGNITO');
  const mechanisms = pool.AccountRecoverySetting?.RecoveryMechanisms ?? [];
  return {
    password,
    signUp: password && !pool.AdminCreateUserConfig.AllowAdminCreateUserOnly,
    recovery: password && !mechanisms.some(({ Name }) => Name === 'admin_only'),
  };
}
