/**
 * Traces by OpenTelemetry, made only where an exporter is set: a span for each request, and under it one for each verb
 * of a store, each password hash and each mail. Whoever opens things (`service.ts`, `serve.ts`) hands them in here, so
 * that rules and stores know nothing of it. A span holds names of routes and verbs, ids of pools and requests, numbers:
 * never an address, a query, a name, or anything else that a request brings. The SDK has its home in this folder.
 */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import {
  context,
  createContextKey,
  DiagLogLevel,
  diag,
  propagation,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import {
  defaultResource,
  detectResources,
  envDetector,
  resourceFromAttributes,
} from '@opentelemetry/resources';
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { INSTALLATION } from '#adapters/directory/store.ts';
import type { Logger } from '../log.ts';
import type { Sends } from '../metrics.ts';
import type { PasswordHasher } from '../pool.ts';

/** How a request was answered; what it was about is known only then. */
export interface Traced {
  /** The path of the page or endpoint below the pool's address, `api/<operation>`, or `other`. */
  route: string;
  status: number;
  /** The pool's id, where the address of the request named one. */
  pool?: string;
}

export interface Tracing {
  /** Runs a request under a span of its own, which continues the trace of whoever sent it. */
  request(request: IncomingMessage, requestId: string, run: () => Promise<Traced>): Promise<void>;
  /** A verb of a store took so long just now; `failed` when the store did not answer at all. */
  stored(door: string, verb: string, owner?: string): (ms: number, failed: boolean) => void;
  /** The hasher, with a span around each hash, its wait for a thread included. */
  passwords(hasher: PasswordHasher): PasswordHasher;
  sender<Sender extends Sends>(medium: 'mail' | 'sms', sender: Sender): Sender;
  /** Sends what is left, not longer than a collector that is away may hold up a stop. */
  close(): Promise<void>;
}

/** Spans of the last seconds are not worth more. */
const FLUSH_WITHIN_MS = 2000;

/** The request that runs: its own span, for what learns later which pool it is about, and the time of its clock. */
interface Running {
  span: Span;
  /** What makes a `performance.now()` a time of day; taken anew for each request, since the two clocks drift. */
  offset: number;
}

const RUNNING = createContextKey('foyer request');

/** The collector, sampling and names are taken by the SDK from its standard variables (`OTEL_...`). */
export function openTracing(log: Logger): Tracing {
  tellFaults(log);
  const provider = new NodeTracerProvider({
    resource: defaultResource()
      .merge(resourceFromAttributes({ 'service.name': 'foyer', 'service.instance.id': randomUUID() }))
      .merge(detectResources({ detectors: [envDetector] })),
    spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())],
  });
  provider.register();
  const tracer = provider.getTracer('foyer');

  const around = <T>(name: string, kind: SpanKind, run: () => Promise<T>): Promise<T> =>
    tracer.startActiveSpan(name, { kind }, async (span) => {
      try {
        return await run();
      } catch (error) {
        // The message of an error may repeat what it was about.
        span.setStatus({ code: SpanStatusCode.ERROR });
        throw error;
      } finally {
        span.end();
      }
    });

  return {
    request({ method = '', headers }, requestId, run) {
      const from = propagation.extract(context.active(), headers);
      const attributes = { 'http.request.method': method, 'foyer.request_id': requestId };
      const span = tracer.startSpan(method, { kind: SpanKind.SERVER, attributes }, from);
      const running: Running = { span, offset: Date.now() - performance.now() };
      const within = trace.setSpan(from, span).setValue(RUNNING, running);
      return context.with(within, async () => {
        try {
          const { route, status, pool } = await run();
          span.updateName(`${method} ${route}`);
          span.setAttributes({ 'http.route': route, 'http.response.status_code': status });
          if (pool) span.setAttribute('foyer.pool', pool);
          if (status >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
        } finally {
          span.end();
        }
      });
    },

    stored: (door, verb, owner) => (ms, failed) => {
      const running = context.active().getValue(RUNNING) as Running | undefined;
      // What Foyer does on its own, such as looking for changes every second, is nobody's request.
      if (!running) return;
      const pool = owner !== undefined && owner !== INSTALLATION ? { 'foyer.pool': owner } : {};
      running.span.setAttributes(pool);
      const end = running.offset + performance.now();
      const attributes = { 'foyer.store': door, 'foyer.verb': verb, ...pool };
      const options = { kind: SpanKind.CLIENT, attributes, startTime: timeOf(end - ms) };
      const span = tracer.startSpan(`${door} ${verb}`, options);
      if (failed) span.setStatus({ code: SpanStatusCode.ERROR });
      span.end(timeOf(end));
    },

    passwords: ({ hash, verify, pretend, ...more }) => ({
      ...more,
      hash: (password) => around('password hash', SpanKind.INTERNAL, () => hash(password)),
      verify: (password, stored) =>
        around('password verify', SpanKind.INTERNAL, () => verify(password, stored)),
      pretend: (password) => around('password verify', SpanKind.INTERNAL, () => pretend(password)),
    }),

    sender: (medium, sender) => ({
      ...sender,
      send: (message: object) => around(`${medium} send`, SpanKind.CLIENT, () => sender.send(message)),
    }),

    async close() {
      const late = Promise.withResolvers<void>();
      const timer = setTimeout(late.resolve, FLUSH_WITHIN_MS);
      // A collector that is away has been told of in the log already.
      await Promise.race([provider.shutdown().catch(() => undefined), late.promise]);
      clearTimeout(timer);
    },
  };
}

/** Milliseconds since 1970 -> seconds and nanoseconds. */
function timeOf(ms: number): [number, number] {
  return [Math.floor(ms / 1000), Math.round((ms % 1000) * 1e6)];
}

/** What the SDK has to say, such as a collector that is away, belongs in the log and ends nothing. */
function tellFaults(log: Logger): void {
  const tell = (message: string) => log.warn({ detail: message.slice(0, 500) }, 'traces');
  const quiet = () => undefined;
  diag.setLogger(
    { error: tell, warn: tell, info: quiet, debug: quiet, verbose: quiet },
    { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
  );
}
