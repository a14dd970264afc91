import type {
  GlobalSignOutCommandInput,
  GlobalSignOutCommandOutput,
} from '@aws-sdk/client-cognito-identity-provider';
import { signOutEverywhere } from '../../accounts/own-account/sign-out-everywhere.ts';
import { tellOfEnd } from '../../tokens/back-channel/tell-of-end.ts';
import type { Operation } from '../operation.ts';
import { tokenHolder } from '../token-holder.ts';

export const globalSignOut: Operation<GlobalSignOutCommandInput, GlobalSignOutCommandOutput> = {
  name: 'GlobalSignOut',
  access: 'access-token',
  async run(service, { AccessToken }) {
    const { pool, account } = await tokenHolder(service, AccessToken);
    await signOutEverywhere(pool, account);
    await tellOfEnd(pool, account.id);
    return {};
  },
};
