/** The API over real HTTP, as `app.ts` serves it, and clients that speak to it. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  CognitoIdentityProviderClient,
  type CognitoIdentityProviderClientConfig,
} from '@aws-sdk/client-cognito-identity-provider';
import { openRequests } from '../../request.ts';
import { openApi } from '../dispatch.ts';
import type { Service } from '../operation.ts';
import { ACCESS_KEY, REGION, SECRET } from './open-service.ts';

export interface ServedApi {
  url: string;
  /** The SDK, unmodified: an endpoint and keys, no retries so that a fault is seen at once. */
  client(config?: CognitoIdentityProviderClientConfig): CognitoIdentityProviderClient;
  /** One call by hand. Operations without a dot are of user pools. */
  post(
    target: string | undefined,
    body: string | Uint8Array<ArrayBuffer>,
    headers?: Record<string, string>,
  ): Promise<Response>;
  close(): Promise<void>;
}

export async function serveApi(service: Service): Promise<ServedApi> {
  const api = openApi(service);
  const receive = openRequests({
    settings: { publicUrl: service.settings.publicUrl, trustedProxies: [] },
    log: service.log,
    audit: () => undefined,
  });
  const server = createServer((request, response) => {
    receive(request, response, (state) => api(request, response, state));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const clients: CognitoIdentityProviderClient[] = [];
  return {
    url,
    client(config = {}) {
      const client = new CognitoIdentityProviderClient({
        endpoint: url,
        region: REGION,
        credentials: { accessKeyId: ACCESS_KEY, secretAccessKey: SECRET },
        maxAttempts: 1,
        systemClockOffset: service.clock.now() - Date.now(),
        ...config,
      });
      clients.push(client);
      return client;
    },
    post(target, body, headers = {}) {
      const full = target?.includes('.') ? target : `AWSCognitoIdentityProviderService.${target}`;
      return fetch(url, {
        method: 'POST',
        body,
        headers: {
          'content-type': 'application/x-amz-json-1.1',
          ...(target === undefined ? {} : { 'x-amz-target': full }),
          ...headers,
        },
      });
    },
    async close() {
      for (const client of clients) client.destroy();
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
