import type {
  UpdateUserAttributesCommandInput,
  UpdateUserAttributesCommandOutput,
} from '@aws-sdk/client-cognito-identity-provider';
import { changeOwnAttributes } from '../../accounts/attributes/change-own-attributes.ts';
import type { Operation } from '../operation.ts';
import { tokenHolder } from '../token-holder.ts';
import { attributeRecord, deliveryShape } from '../user-shapes.ts';

export const updateUserAttributes: Operation<
  UpdateUserAttributesCommandInput,
  UpdateUserAttributesCommandOutput
> = {
  name: 'UpdateUserAttributes',
  access: 'access-token',
  async run(service, { AccessToken, UserAttributes }, { address }) {
    const { pool, client, account } = await tokenHolder(service, AccessToken);
    const given = attributeRecord(UserAttributes);
    const deliveries = await changeOwnAttributes(pool, client, account, { given, address });
    return { CodeDeliveryDetailsList: deliveries.map(deliveryShape) };
  },
};
