/**
 * An OpenID provider that costs as little as one can: it believes what a code says of its person. Arguments: its port.
 * The load generator writes the codes, as if each person had signed in here.
 */
import { createSign, generateKeyPairSync } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import { SCENE } from './scene.ts';

const [port = ''] = process.argv.slice(2);
const issuer = `http://127.0.0.1:${port}`;
const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const jwk = { ...publicKey.export({ format: 'jwk' }), kid: 'bench', alg: 'RS256', use: 'sig' };
const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
const header = encode({ alg: 'RS256', kid: 'bench' });

function idToken(claims: object): string {
  const iat = Math.floor(Date.now() / 1000);
  const signed = `${header}.${encode({ iss: issuer, aud: SCENE.webClient, iat, exp: iat + 300, ...claims })}`;
  return `${signed}.${createSign('sha256').update(signed).sign(privateKey, 'base64url')}`;
}

async function answer(request: IncomingMessage): Promise<object> {
  let body = '';
  for await (const part of request) body += part;
  switch (request.url) {
    case '/.well-known/openid-configuration':
      return {
        issuer,
        authorization_endpoint: `${issuer}/authorize`,
        token_endpoint: `${issuer}/token`,
        userinfo_endpoint: `${issuer}/userinfo`,
        jwks_uri: `${issuer}/jwks`,
        code_challenge_methods_supported: ['S256'],
      };
    case '/jwks':
      return { keys: [jwk] };
    case '/token': {
      const code = new URLSearchParams(body).get('code') ?? '';
      const { sub, nonce } = JSON.parse(Buffer.from(code, 'base64url').toString());
      return { access_token: sub, token_type: 'Bearer', id_token: idToken({ sub, nonce }) };
    }
    default: {
      const sub = String(request.headers.authorization).replace('Bearer ', '');
      return { sub, email: `${sub}@provider.example.com`, email_verified: true };
    }
  }
}

createServer(async (request, response) => {
  const body = JSON.stringify(await answer(request));
  response.writeHead(200, { 'content-type': 'application/json' }).end(body);
}).listen(Number(port), '127.0.0.1');
