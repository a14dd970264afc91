import { createServer } from 'node:http';
import { CONNECTION_TIMES, closePort, type Listening, openPort } from './listen.ts';
import type { Logger } from './log.ts';
import type { ReadMetrics } from './metrics.ts';
import type { ProcessSettings } from './settings/process.ts';

/**
 * Answers `GET /metrics` on a port of its own, where only the machine itself or its network looks: what is counted
 * tells an attacker how his attack fares. Throws InvalidSettings when the port is taken.
 */
export async function serveMetrics(
  read: ReadMetrics,
  { metricsHost: host, metricsPort: port }: Pick<ProcessSettings, 'metricsHost'> & { metricsPort: number },
  log: Logger,
): Promise<Listening> {
  const server = createServer(CONNECTION_TIMES, (request, response) => {
    const found = request.method === 'GET' && request.url?.split('?')[0] === '/metrics';
    if (!found) return void response.writeHead(404).end();
    read().then(
      ({ type, text }) => response.writeHead(200, { 'content-type': type }).end(text),
      (err) => {
        log.warn({ err }, 'the metrics could not be read');
        response.writeHead(503).end();
      },
    );
  });
  await openPort(server, { name: 'FOYER_METRICS_PORT', host, port });
  return { close: (withinMs) => closePort(server, withinMs) };
}
