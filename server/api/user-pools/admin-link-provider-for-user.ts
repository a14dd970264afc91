import type {
  AdminLinkProviderForUserCommandInput,
  AdminLinkProviderForUserCommandOutput,
} from '@aws-sdk/client-cognito-identity-provider';
import { linkProvider } from '../../accounts/federation/link-provider.ts';
import { requireProvider } from '../../configuration/identity-providers/find-provider.ts';
import { subjectName } from '../../configuration/identity-providers/provider-rules.ts';
import { namedPerson } from '../named-person.ts';
import type { Operation } from '../operation.ts';

export const adminLinkProviderForUser: Operation<
  AdminLinkProviderForUserCommandInput,
  AdminLinkProviderForUserCommandOutput
> = {
  name: 'AdminLinkProviderForUser',
  access: 'signed',
  async run({ pools }, { UserPoolId, DestinationUser, SourceUser }) {
    const pool = await pools.byId(UserPoolId);
    const person = namedPerson(SourceUser);
    const source = await requireProvider(pool, person.provider);
    await linkProvider(pool, {
      source,
      subject: subjectName(source.type),
      person,
      account: namedPerson(DestinationUser),
    });
    return {};
  },
};
