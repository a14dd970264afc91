/** Calls of the JSON API by hand, where the SDK would not send what a test wants to send; signed as the SDK signs. */
import { SignatureV4 } from '@smithy/signature-v4';
import { Sha256 } from '../server/api/testing/sha256.ts';

export interface ApiAnswer {
  status: number;
  /** The answer's `__type`; empty for a success. */
  type: string;
  message: string;
  /** Everything that was answered: headers and body. */
  text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests read answers as JSON.
  body: any;
}

export interface Keys {
  accessKeyId: string;
  secretAccessKey: string;
}

export interface SendOptions {
  /** Signs with these; none leaves the call unsigned. */
  keys?: Keys | undefined;
  headers?: Record<string, string>;
  region?: string;
  /** Milliseconds that the caller's clock is ahead. */
  clockAhead?: number;
}

/** Sends an input, or a text that is none, to an operation. */
export async function callApi(
  url: string,
  operation: string,
  input: object | string,
  { keys, headers = {}, region = 'us-east-1', clockAhead = 0 }: SendOptions = {},
): Promise<ApiAnswer> {
  const body = typeof input === 'string' ? input : JSON.stringify(input);
  const given = {
    'content-type': 'application/x-amz-json-1.1',
    'x-amz-target': `AWSCognitoIdentityProviderService.${operation}`,
    ...headers,
  };
  const answer = await fetch(url, {
    method: 'POST',
    body,
    headers: keys ? await signCall(url, body, given, { keys, region, clockAhead }) : given,
  });
  const text = await answer.text();
  const parsed = JSON.parse(text);
  return {
    status: answer.status,
    type: parsed.__type ?? '',
    message: parsed.message ?? '',
    text: `${[...answer.headers].map((header) => header.join(': ')).join('\n')}\n\n${text}`,
    body: parsed,
  };
}

/** The headers of a call, with those that sign it. The host is left to whoever sends it. */
export async function signCall(
  url: string,
  body: string,
  headers: Record<string, string>,
  { keys, region = 'us-east-1', clockAhead = 0 }: SendOptions & { keys: Keys },
): Promise<Record<string, string>> {
  const { host, hostname, port, protocol } = new URL(url);
  const signer = new SignatureV4({ credentials: keys, region, service: 'cognito-idp', sha256: Sha256 });
  const request = await signer.sign(
    {
      method: 'POST',
      protocol,
      hostname,
      port: Number(port),
      path: '/',
      query: {},
      headers: { ...headers, host },
      body,
    },
    { signingDate: new Date(Date.now() + clockAhead) },
  );
  const { host: _, ...sent } = request.headers;
  return sent;
}
