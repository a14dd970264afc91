import type {
  VerifyUserAttributeCommandInput,
  VerifyUserAttributeCommandOutput,
} from '@aws-sdk/client-cognito-identity-provider';
import { verifyAttribute } from '../../accounts/attributes/verify-attribute.ts';
import type { Operation } from '../operation.ts';
import { tokenHolder } from '../token-holder.ts';

export const verifyUserAttribute: Operation<
  VerifyUserAttributeCommandInput,
  VerifyUserAttributeCommandOutput
> = {
  name: 'VerifyUserAttribute',
  access: 'access-token',
  async run(service, { AccessToken, AttributeName, Code }, { address }) {
    const { pool, account } = await tokenHolder(service, AccessToken);
    await verifyAttribute(pool, account, { name: AttributeName, code: Code, address });
    return {};
  },
};
