/**
 * AWS Signature Version 4, as it is checked on the receiving side: the signature is computed again over what was
 * received, and compared. Errors are those that AWS gives, since clients act on their names: they set their clock
 * right after an `InvalidSignatureException` and ask for new keys after an `UnrecognizedClientException`.
 */
import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from 'node:crypto';
import { canonicalRequest, sha256 } from './canonical-request.ts';
import { ProtocolFault } from './errors.ts';

/** What was received, as far as it is signed. */
export interface SignedRequest {
  method: string;
  /** Path and query as they came in. */
  url: string;
  /** Names in lower case; the values of a header that came twice are joined, and so fit no signature. */
  headers: Readonly<Record<string, string | undefined>>;
  /**
   * Hosts that the client may have named, one of which it signed: the Host header, and what a trusted proxy says
   * the Host header was.
   */
  hosts: readonly string[];
  body: Uint8Array;
}

export interface Signer {
  accessKey: string;
  region: string;
}

/** How far the clocks of caller and server may be apart. */
const SKEW_MS = 5 * 60_000;
const ALGORITHM = 'AWS4-HMAC-SHA256';

/**
 * Who signed the request. Throws ProtocolFault: no signature, one that is not complete, an unknown key, a date
 * outside of five minutes, or a signature of something else.
 * @param secretOf the secret of an access key
 * @param now milliseconds since the epoch
 */
export function verifySignature(
  request: SignedRequest,
  service: string,
  secretOf: (accessKey: string) => string | undefined,
  now: number,
): Signer {
  const given = readAuthorization(request.headers['authorization']);
  const { accessKey, date, region, signedHeaders } = given;
  const time = requestTime(request.headers);
  const secret = secretOf(accessKey);
  if (secret === undefined || request.headers['x-amz-security-token'] !== undefined)
    throw new ProtocolFault(
      'UnrecognizedClientException',
      'The security token included in the request is invalid.',
    );
  if (given.service !== service)
    throw invalid(`Credential should be scoped to correct service: '${service}'.`);
  if (!time.text.startsWith(date))
    throw invalid(
      `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '${date}' != '${time.text.slice(0, 8)}', from '${time.text}'.`,
    );
  const unsigned = notSigned(request.headers, signedHeaders);
  if (unsigned !== undefined)
    throw invalid(`'${unsigned}' must be a 'SignedHeader' in the AWS Authorization.`);
  refuseSkew(time, now);

  const scope = `${date}/${region}/${service}/aws4_request`;
  const key = signingKey(secret, date, region, service);
  const matches = request.hosts.some((host) => {
    const canonical = canonicalRequest(request, host, signedHeaders);
    const expected = hmac(key, `${ALGORITHM}\n${time.text}\n${scope}\n${sha256(canonical)}`);
    return timingSafeEqual(expected, given.signature);
  });
  if (!matches)
    throw invalid(
      'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
    );
  return { accessKey, region };
}

interface Authorization {
  accessKey: string;
  date: string;
  region: string;
  service: string;
  signedHeaders: string[];
  signature: Buffer;
}

function readAuthorization(header: string | undefined): Authorization {
  if (!header) throw new ProtocolFault('MissingAuthenticationTokenException', 'Missing Authentication Token');
  if (!header.startsWith(`${ALGORITHM} `))
    throw new ProtocolFault('IncompleteSignatureException', `Authorization header requires ${ALGORITHM}.`);
  const parts = header
    .slice(ALGORITHM.length)
    .split(',')
    .map((part) => part.trim());
  // What stands there is not repeated: it may be half of a credential.
  if (!parts.every((part) => PAIR.test(part)))
    throw new ProtocolFault(
      'IncompleteSignatureException',
      'A part of the Authorization header is not a valid key=value pair (missing equal-sign).',
    );
  const [credential, signedHeaders, signature] = NEEDED.map((name) => parameter(parts, name)) as [
    string,
    string,
    string,
  ];
  const [accessKey, date, region, service, end, ...more] = credential.split('/');
  if (
    !accessKey ||
    !/^\d{8}$/.test(date ?? '') ||
    !region ||
    !service ||
    end !== 'aws4_request' ||
    more.length
  )
    throw new ProtocolFault(
      'IncompleteSignatureException',
      'Credential must have the form <key id>/<date>/<region>/<service>/aws4_request.',
    );
  if (!/^[0-9a-f]{64}$/.test(signature))
    throw new ProtocolFault('IncompleteSignatureException', 'Signature must have 64 hexadecimal digits.');
  return {
    accessKey,
    date: date as string,
    region,
    service,
    signedHeaders: signedHeaders.split(';'),
    signature: Buffer.from(signature, 'hex'),
  };
}

const NEEDED = ['Credential', 'SignedHeaders', 'Signature'];

/** A name, an equal sign and a value without white space; other names than those needed may stand there too. */
const PAIR = /^[^\s=]+=\S*$/;

/** The value of a part `name=value`; of the last when there are several. */
function parameter(parts: string[], name: string): string {
  const value = parts.findLast((part) => part.startsWith(`${name}=`))?.slice(name.length + 1);
  if (value) return value;
  throw new ProtocolFault(
    'IncompleteSignatureException',
    `Authorization header requires '${name}' parameter.`,
  );
}

interface RequestTime {
  /** As it is signed: `20261105T101112Z`. */
  text: string;
  at: number;
}

/** `X-Amz-Date`, or else the `Date` header. */
function requestTime(headers: SignedRequest['headers']): RequestTime {
  const amzDate = headers['x-amz-date'];
  const at = amzDate === undefined ? Date.parse(headers['date'] ?? '') : parseBasic(amzDate);
  if (Number.isNaN(at))
    throw new ProtocolFault(
      'IncompleteSignatureException',
      "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.",
    );
  return { at, text: amzDate ?? basic(at) };
}

function parseBasic(text: string): number {
  if (!/^\d{8}T\d{6}Z$/.test(text)) return Number.NaN;
  const part = (from: number, to: number) => text.slice(from, to);
  return Date.parse(`${part(0, 4)}-${part(4, 6)}-${part(6, 11)}:${part(11, 13)}:${part(13, 16)}`);
}

const basic = (at: number) => new Date(at).toISOString().replace(/[-:]|\.\d{3}/g, '');

function refuseSkew({ text, at }: RequestTime, now: number): void {
  const [low, high] = [now - SKEW_MS, now + SKEW_MS];
  if (at < low)
    throw invalid(`Signature expired: ${text} is now earlier than ${basic(low)} (${basic(now)} - 5 min.)`);
  if (at > high)
    throw invalid(
      `Signature not yet current: ${text} is still later than ${basic(high)} (${basic(now)} + 5 min.)`,
    );
}

/** The first that would let a caller turn one request into another since it is not signed. */
function notSigned(headers: SignedRequest['headers'], signedHeaders: string[]): string | undefined {
  if (!signedHeaders.includes('host')) return 'host';
  for (const name in headers) if (name.startsWith('x-amz-') && !signedHeaders.includes(name)) return name;
  return headers['x-amz-date'] === undefined && !signedHeaders.includes('date') ? 'date' : undefined;
}

/** Good for a day and a region; the caller names both, so that only so many are kept. */
const signingKeys = new Map<string, KeyObject>();
const MOST_SIGNING_KEYS = 100;

function signingKey(secret: string, date: string, region: string, service: string): KeyObject {
  const scope = JSON.stringify([secret, date, region, service]);
  const known = signingKeys.get(scope);
  if (known) return known;
  const bytes = [date, region, service, 'aws4_request'].reduce<Buffer>(
    (key, part) => hmac(key, part),
    Buffer.from(`AWS4${secret}`),
  );
  if (signingKeys.size >= MOST_SIGNING_KEYS) signingKeys.clear();
  const key = createSecretKey(bytes);
  signingKeys.set(scope, key);
  return key;
}

const hmac = (key: Buffer | KeyObject, text: string) =>
  createHmac('sha256', key).update(text, 'utf8').digest();
const invalid = (message: string) => new ProtocolFault('InvalidSignatureException', message);
