import type { DirectoryStores } from '#adapters/directory/store.ts';
import { findPool } from './find-pool.ts';
import { type GivenSmsConfiguration, smsConfiguration } from './sms-configuration.ts';
import { checkTemplates } from './templates.ts';

export interface SmsSettings {
  SmsAuthenticationMessage?: string | undefined;
  SmsConfiguration?: GivenSmsConfiguration | undefined;
}

/**
 * Changes how a pool sends SMS, and leaves alone what is not given; a configuration without a caller is none, as
 * UpdateUserPool has it. Throws Refusal `pool-not-found` or `invalid-parameter`; then nothing has changed.
 */
export async function updateSmsSettings(
  directory: DirectoryStores,
  poolId: string,
  { SmsAuthenticationMessage, SmsConfiguration }: SmsSettings,
): Promise<void> {
  await findPool(directory, poolId);
  await directory.forPool(poolId).update('pool', poolId, (pool) => {
    const settings = { ...pool.settings };
    if (SmsAuthenticationMessage !== undefined) settings.SmsAuthenticationMessage = SmsAuthenticationMessage;
    settings.SmsConfiguration = smsConfiguration(SmsConfiguration) ?? settings.SmsConfiguration;
    checkTemplates(settings);
    const given = SmsAuthenticationMessage === undefined ? undefined : 'SmsAuthenticationMessage';
    return { ...pool, settings, defaulted: pool.defaulted?.filter((path) => path !== given) };
  });
}
