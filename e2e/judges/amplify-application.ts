/** The application of `amplify.test.ts`, bundled for the browser: Amplify's functions, as an application imports them. */
import { Amplify } from 'aws-amplify';
import * as auth from 'aws-amplify/auth';
// Takes the code from the address when a redirect came back, as Amplify's own guide has it.
import 'aws-amplify/auth/enable-oauth-listener';

/** On the page; `amplify.test.ts` calls them there. */
declare global {
  var told: { poolId: string; clientId: string; foyer: string; domain: string; callback: string };
  var amplify: typeof auth;
}

const { poolId, clientId, foyer, domain, callback } = globalThis.told;
Amplify.configure({
  Auth: {
    Cognito: {
      userPoolId: poolId,
      userPoolClientId: clientId,
      userPoolEndpoint: foyer,
      loginWith: {
        oauth: {
          domain,
          scopes: ['openid', 'email', 'profile', 'aws.cognito.signin.user.admin'],
          redirectSignIn: [callback],
          redirectSignOut: [callback],
          responseType: 'code',
        },
      },
    },
  },
});
globalThis.amplify = auth;
