import type {
  AdminCreateUserCommandInput,
  AdminCreateUserCommandOutput,
} from '@aws-sdk/client-cognito-identity-provider';
import { createUser } from '../../accounts/administration/create-user.ts';
import { resendInvitation } from '../../accounts/administration/resend-invitation.ts';
import type { Operation } from '../operation.ts';
import { attributeRecord, userShape } from '../user-shapes.ts';

/** Two operations under one name: with `MessageAction` RESEND it makes nobody. */
export const adminCreateUser: Operation<AdminCreateUserCommandInput, AdminCreateUserCommandOutput> = {
  name: 'AdminCreateUser',
  access: 'signed',
  async run({ pools }, input) {
    const pool = await pools.byId(input.UserPoolId);
    const request = {
      username: input.Username,
      temporaryPassword: input.TemporaryPassword,
      mediums: input.DesiredDeliveryMediums,
    };
    const account =
      input.MessageAction === 'RESEND'
        ? await resendInvitation(pool, request)
        : await createUser(pool, {
            ...request,
            attributes: attributeRecord(input.UserAttributes),
            forceAliasCreation: input.ForceAliasCreation,
            suppressInvitation: input.MessageAction === 'SUPPRESS',
          });
    return { User: userShape(account) };
  },
};
