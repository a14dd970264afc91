/** When a person must do something before an application is answered (OpenID Connect Core 3.1.2.3). */
import { interactionPolicy } from 'oidc-provider';

export function signInPolicy(): interactionPolicy.DefaultPolicy {
  const { base, Check, Prompt } = interactionPolicy;
  const policy = base();
  policy
    .get('login')
    ?.checks.add(
      new Check('no_account', 'the person must sign in', ({ oidc }) => oidc.account === undefined),
    );
  policy.remove('consent');
  policy.add(new Prompt({ name: 'select_account', requestable: true }));
  policy.add(new Prompt({ name: 'consent', requestable: true }));
  return policy;
}
