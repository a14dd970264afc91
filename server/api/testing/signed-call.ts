/** Calls as the SDK signs them, to be sent later or changed on their way, and what a refusal must look like. */
import assert from 'node:assert/strict';
import { CreateUserPoolCommand, ListUserPoolsCommand } from '@aws-sdk/client-cognito-identity-provider';
import type { ServedApi } from './serve-api.ts';

export interface SignedCall {
  body: string;
  headers: Record<string, string>;
}

export const target = (operation: string) => `AWSCognitoIdentityProviderService.${operation}`;

/** Calls with an input of no matter what, signed by the SDK. */
export const listPools = (MaxResults = 1) => new ListUserPoolsCommand({ MaxResults });
export const createPool = (PoolName: string) => new CreateUserPoolCommand({ PoolName });

/** What the SDK would send to this server. It is not sent. */
export async function signedCall(
  http: ServedApi,
  command: ListUserPoolsCommand | CreateUserPoolCommand,
): Promise<SignedCall> {
  let captured: SignedCall | undefined;
  const client = http.client({
    requestHandler: {
      handle: async (request: SignedCall) => {
        captured = { body: String(request.body), headers: request.headers };
        throw new Error('captured');
      },
    },
  });
  await client.send(command as ListUserPoolsCommand).catch(() => undefined);
  assert.ok(captured);
  const { host: _, 'content-length': __, ...headers } = captured.headers;
  return { body: captured.body, headers };
}

/** Sends it, with other headers where they are given. */
export const send = (http: ServedApi, { headers, body }: SignedCall, more: Record<string, string> = {}) =>
  fetch(http.url, { method: 'POST', body, headers: { ...headers, ...more } });

/** Demands a refusal in the form of the protocol. */
export async function fault(response: Response, status: number, type: string, message: RegExp = /./) {
  const body = (await response.json()) as Record<string, string>;
  assert.equal(response.status, status, JSON.stringify(body));
  assert.deepEqual(Object.keys(body).toSorted(), ['__type', 'message']);
  assert.equal(body['__type'], type);
  assert.match(body['message'] ?? '', message);
  assert.equal(response.headers.get('x-amzn-errortype'), `${type}:`);
  const inHeader = response.headers.get('x-amzn-errormessage') ?? '';
  assert.equal(inHeader, body['message']?.slice(0, 1000).replace(/[^ -~]/g, '?'));
  assert.match(response.headers.get('content-type') ?? '', /^application\/x-amz-json-1\.1$/);
  assert.match(response.headers.get('x-amzn-requestid') ?? '', /^[0-9a-f-]{36}$/);
}
