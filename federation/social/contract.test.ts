import { codeContract } from '../contract-code.ts';
import { openAmazonPeer, openApplePeer, openFacebookPeer, openGoogle } from '../testing/social-peers.ts';

codeContract('Google', openGoogle, true);
codeContract('Facebook', openFacebookPeer, false);
codeContract('Login with Amazon', openAmazonPeer, true);
codeContract('Sign in with Apple', openApplePeer, true);
