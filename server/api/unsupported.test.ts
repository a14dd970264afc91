import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newService } from './testing/new-service.ts';
import { refusal } from './testing/refusal.ts';

const api = await newService();

const newPool = async (more: object = {}) =>
  (await api.call('CreateUserPool', { PoolName: 'Acme', ...more })).UserPool;

test('what is not built yet is refused when it asks for something, and passes when it means off', async () => {
  const asks: [object, RegExp][] = [
    [{ MfaConfiguration: 'ON' }, /^MfaConfiguration: .* is not supported by Foyer yet\.$/],
    [{ MfaConfiguration: 'OPTIONAL' }, /^MfaConfiguration/],
    [{ LambdaConfig: { PreSignUp: 'arn:aws:lambda:eu-central-1:123456789012:function:f' } }, /^LambdaConfig/],
    [{ UserPoolAddOns: { AdvancedSecurityMode: 'AUDIT' } }, /^UserPoolAddOns.AdvancedSecurityMode/],
    [{ DeviceConfiguration: { ChallengeRequiredOnNewDevice: false } }, /^DeviceConfiguration/],
    [{ Policies: { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', 'EMAIL_OTP'] } } }, /SignInPolicy/],
    [{ DcrConfiguration: { EnableStatus: 'Enabled' } }, /^DcrConfiguration/],
    [{ KeyConfiguration: { KeyType: 'CUSTOMER_MANAGED_KEY' } }, /^KeyConfiguration/],
    [{ IssuerConfiguration: { Type: 'UPDATED' } }, /^IssuerConfiguration/],
    [{ AcrConfiguration: { Level1: { AcrValue: 'low' } } }, /^AcrConfiguration/],
  ];
  for (const [more, message] of asks) await refusal(newPool(more), 'InvalidParameterException', message);
  const pool = await newPool({
    MfaConfiguration: 'OFF',
    LambdaConfig: {},
    UserPoolAddOns: { AdvancedSecurityMode: 'OFF' },
    DeviceConfiguration: null,
    Policies: {
      PasswordPolicy: { MinimumLength: 8, PasswordHistorySize: 0, TemporaryPasswordValidityDays: 0 },
      SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD'] },
    },
    KeyConfiguration: { KeyType: 'AWS_OWNED_KEY' },
    IssuerConfiguration: { Type: 'ORIGINAL' },
    DcrConfiguration: { EnableStatus: 'Disabled' },
  });
  assert.deepEqual(pool.UserPoolAddOns, { AdvancedSecurityMode: 'OFF' });
  assert.deepEqual(pool.Policies.SignInPolicy, { AllowedFirstAuthFactors: ['PASSWORD'] });
});
