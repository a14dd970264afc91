import type {
  AdminDisableProviderForUserCommandInput,
  AdminDisableProviderForUserCommandOutput,
} from '@aws-sdk/client-cognito-identity-provider';
import { disableProvider } from '../../accounts/federation/link-provider.ts';
import { findProvider } from '../../configuration/identity-providers/find-provider.ts';
import { subjectName } from '../../configuration/identity-providers/provider-rules.ts';
import { namedPerson } from '../named-person.ts';
import type { Operation } from '../operation.ts';

export const adminDisableProviderForUser: Operation<
  AdminDisableProviderForUserCommandInput,
  AdminDisableProviderForUserCommandOutput
> = {
  name: 'AdminDisableProviderForUser',
  access: 'signed',
  async run({ pools }, { UserPoolId, User }) {
    const pool = await pools.byId(UserPoolId);
    const person = namedPerson(User);
    const provider = await findProvider(pool, person.provider);
    await disableProvider(pool, person, provider && subjectName(provider.type));
    return {};
  },
};
