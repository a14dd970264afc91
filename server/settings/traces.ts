/** Whether traces are sent. Where to, how many and under which name, the SDK reads from the same standard variables. */

type Environment = Record<string, string | undefined>;

const ENDPOINTS = ['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', 'OTEL_EXPORTER_OTLP_ENDPOINT'];
const PROTOCOLS = ['OTEL_EXPORTER_OTLP_TRACES_PROTOCOL', 'OTEL_EXPORTER_OTLP_PROTOCOL'];

/** An endpoint is named, and nothing switches traces off. */
export function sendsTraces(environment: Environment): boolean {
  if (environment['OTEL_SDK_DISABLED']?.toLowerCase() === 'true') return false;
  if (environment['OTEL_TRACES_EXPORTER'] === 'none') return false;
  return ENDPOINTS.some((name) => environment[name]);
}

/** What would keep every trace from its collector without a word. Values are not repeated: they may hold a password. */
export function tracesFaults(environment: Environment): string[] {
  if (!sendsTraces(environment)) return [];
  const endpoints = ENDPOINTS.filter((name) => environment[name] && !isHttp(environment[name]));
  const protocol = PROTOCOLS.find((name) => environment[name]);
  return [
    ...endpoints.map((name) => `${name}: is not an address that begins with http:// or https://`),
    ...(protocol && environment[protocol] !== 'http/json'
      ? [`${protocol}: Foyer sends traces as http/json. Set that, or leave it out.`]
      : []),
  ];
}

function isHttp(address: string): boolean {
  return /^https?:$/.test(URL.parse(address)?.protocol ?? '');
}
