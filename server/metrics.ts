/**
 * Numbers for Prometheus, counted only when a port for them is set. Whatever is counted is handed in here by those who
 * open things (`service.ts`, `serve.ts`), so that neither rules nor stores know of it. Labels come from short lists that
 * Foyer knows, never from a request: no path, name, client or address could fill the memory or give anyone away.
 */
import cluster from 'node:cluster';
import { AggregatorRegistry, Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { AuditEvent } from './audit.ts';

/** A request that was answered. */
export interface Answered {
  /** The path of the page or endpoint below the pool's address, `api/<operation>`, or `other`. */
  route: string;
  status: number;
  ms: number;
}

/** The metrics as text, and its media type. */
export type ReadMetrics = () => Promise<{ type: string; text: string }>;

/** A sender of messages of whatever kind. */
export interface Sends {
  send(message: object): Promise<void>;
}

export interface Metrics {
  answered(request: Answered): void;
  /** Counts sign-ins, tokens and every other event of the audit. */
  event(event: AuditEvent): void;
  /** A verb of a store took so long; `failed` when the store did not answer at all. */
  stored(door: string, verb: string): (ms: number, failed: boolean) => void;
  /** The sender, counting what it sends. */
  sender<Sender extends Sends>(medium: 'mail' | 'sms', sender: Sender): Sender;
  /** Reads the queue of the password hash whenever somebody asks. */
  passwords(load: () => { running: number; waiting: number }): void;
  read: ReadMetrics;
}

/** From a look-up in an embedded store to a request that hangs. */
const STORE_SECONDS = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.5, 2];
const REQUEST_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];

export function openMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const { requests, stores, unavailable, signIns, tokens, events, sent } = openCounters(registers);
  if (cluster.isWorker) answerPrimary(registry);
  return {
    answered({ route, status, ms }) {
      requests.observe({ route, outcome: `${Math.floor(status / 100)}xx` }, ms / 1000);
    },

    event({ event, outcome, reason = outcome, grant }) {
      events.inc({ event, outcome });
      if (event === 'sign-in') signIns.inc({ result: reason });
      if (event === 'token-issue' && outcome === 'success' && grant) tokens.inc({ grant });
    },

    stored(door, verb) {
      const labels = { door, verb };
      return (ms, failed) => {
        stores.observe(labels, ms / 1000);
        if (failed) unavailable.inc({ door });
      };
    },

    sender: (medium, sender) => ({
      ...sender,
      async send(message: object) {
        try {
          await sender.send(message);
          sent[medium].inc({ result: 'sent' });
        } catch (error) {
          sent[medium].inc({ result: 'failed' });
          throw error;
        }
      },
    }),

    passwords(load) {
      new Gauge({
        name: 'foyer_password_hashes',
        help: 'Password hashes at this moment: running, and waiting for a free thread',
        labelNames: ['state'],
        registers,
        collect() {
          for (const [state, count] of Object.entries(load())) this.set({ state }, count);
        },
      });
    },

    read: async () => ({ type: registry.contentType, text: await registry.metrics() }),
  };
}

/** What is counted and timed, by names and labels that dashboards know. */
function openCounters(registers: Registry[]) {
  const counter = <Label extends string>(name: string, help: string, labelNames: Label[]) =>
    new Counter({ name, help, labelNames, registers });
  const requests = new Histogram({
    name: 'foyer_request_duration_seconds',
    help: 'Time to answer a request, by page, endpoint or API operation and by class of status',
    labelNames: ['route', 'outcome'],
    buckets: REQUEST_SECONDS,
    registers,
  });
  const stores = new Histogram({
    name: 'foyer_store_duration_seconds',
    help: 'Time that a verb of a store took, by door',
    labelNames: ['door', 'verb'],
    buckets: STORE_SECONDS,
    registers,
  });
  const unavailable = counter('foyer_store_unavailable_total', 'Calls that a store did not answer', ['door']);
  const signIns = counter('foyer_sign_ins_total', 'Sign-ins through the pages: success, or why not', [
    'result',
  ]);
  const tokens = counter('foyer_token_answers_total', 'Answers of the token endpoint that hold tokens', [
    'grant',
  ]);
  const events = counter('foyer_audit_events_total', 'Events of the audit', ['event', 'outcome']);
  const sent = {
    mail: counter('foyer_mails_total', 'Mails: sent, or failed', ['result']),
    sms: counter('foyer_sms_total', 'Text messages: sent, or failed', ['result']),
  };
  return { requests, stores, unavailable, signIns, tokens, events, sent };
}

/** A worker gives its numbers to the primary, which asks for them over their channel. */
function answerPrimary(registry: Registry): void {
  AggregatorRegistry.setRegistries([registry]);
  new AggregatorRegistry();
}

/** For the primary of several workers: what all of them have counted, added up. */
export function openSummedMetrics(): ReadMetrics {
  const registry = new AggregatorRegistry();
  return async () => ({ type: registry.contentType, text: await registry.clusterMetrics() });
}
