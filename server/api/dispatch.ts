/**
 * The JSON API over HTTP: `POST /` with the operation in `X-Amz-Target`. It reads the call, lets `access.ts` prove the
 * caller, runs the operation through `call-operation.ts`, and writes the answer as the AWS JSON 1.1 protocol has it.
 * It stands on Node's own requests and answers: applications call for nearly everything that they do, and what Koa
 * does for a page took longer than many an operation (`docs/decisions/0012-calls-do-without-koa.md`).
 */
import { isAscii } from 'node:buffer';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RequestState } from '../request.ts';
import { authorize } from './access.ts';
import { auditCall } from './audit-call.ts';
import { callOperation, unknownOperation } from './call-operation.ts';
import { errorAnswer, ProtocolFault } from './errors.ts';
import { limitCall } from './limit-call.ts';
import { compileOutput } from './model/answer.ts';
import { IDENTITY_POOLS, USER_POOLS } from './model/models.ts';
import type { Caller, Operation, Service } from './operation.ts';
import { BodyTooLarge, readBody } from './read-body.ts';
import { userPoolOperations } from './user-pools/index.ts';

const MEDIA_TYPE = 'application/x-amz-json-1.1';
/** Bytes of a call. The largest real ones, templates of messages, have a tenth of it. */
const MOST_BYTES = 1024 * 1024;

/** A call as it came, and what is known of it. */
interface Call {
  request: IncomingMessage;
  state: Pick<RequestState, 'requestId' | 'origin' | 'from' | 'headers' | 'log' | 'route'>;
}

/** The handler of `POST /` and `OPTIONS /`. It answers every call itself and never rejects. */
export function openApi(
  service: Service,
): (request: IncomingMessage, response: ServerResponse, state: Call['state']) => Promise<void> {
  return async function api(request, response, state) {
    if (request.method === 'OPTIONS') {
      response.writeHead(204, { ...state.headers, ...ANY_BROWSER, ...PREFLIGHT }).end();
      return;
    }
    const call = { request, state };
    try {
      write(response, 200, state, await answer(service, call));
    } catch (error) {
      writeError(response, error, call);
    }
  };
}

async function answer(service: Service, { request, state }: Call): Promise<string> {
  const { operation, output } = target(request);
  state.route = `api/${operation.name}`;
  const body = await receive(request);
  const caller = prove(service, operation, { request, state }, body);
  const input = await admit(service, operation.name, body, caller);
  return output(await callOperation(service, operation.name, input, caller));
}

/** The input, when it is one and the caller has not called too often; otherwise that is on record. */
async function admit(service: Service, name: string, body: Buffer, caller: Caller): Promise<unknown> {
  let input: unknown;
  try {
    input = parse(body);
    await limitCall(service, name, input);
    return input;
  } catch (error) {
    auditCall(service, name, caller, { input, error });
    throw error;
  }
}

/** Whoever cannot prove who they are is on record too, without what they sent. */
function prove(service: Service, operation: Operation, { request, state }: Call, body: Buffer): Caller {
  const { requestId, origin, from } = state;
  try {
    const call = { request, forwardedHost: origin.host, body, requestId };
    return { ...authorize(service, operation, call), ...from };
  } catch (error) {
    auditCall(service, operation.name, from, { error });
    throw error;
  }
}

/** What the target of a call names, and how its answer is written. */
interface Target {
  operation: Operation;
  output(answer: unknown): string;
}

const targets = new Map(
  userPoolOperations.map((operation): [string, Target] => [
    `${USER_POOLS.targetPrefix}.${operation.name}`,
    { operation, output: compileOutput(USER_POOLS, USER_POOLS.operations[operation.name]?.output) },
  ]),
);

/** The operation that the call names; throws ProtocolFault `UnknownOperationException` for one that Foyer lacks. */
function target(request: IncomingMessage): Target {
  const text = header(request, 'x-amz-target');
  const known = targets.get(text);
  if (known) return known;
  const [service, name = '', ...more] = text.split('.');
  const model = [USER_POOLS, IDENTITY_POOLS].find(({ targetPrefix }) => targetPrefix === service);
  throw unknownOperation(name, more.length === 0 ? model : undefined);
}

const header = ({ headers }: IncomingMessage, name: string) => String(headers[name] ?? '');

const JSON_TYPE = /^application\/(x-amz-json-1\.[01]|json)\s*(;|$)/i;

async function receive(request: IncomingMessage): Promise<Buffer> {
  if (!JSON_TYPE.test(header(request, 'content-type')))
    throw new ProtocolFault('UnsupportedMediaTypeException', `The content type must be ${MEDIA_TYPE}.`);
  try {
    return await readBody(request, MOST_BYTES);
  } catch (cause) {
    if (cause instanceof BodyTooLarge)
      throw new ProtocolFault('RequestEntityTooLargeException', 'The request is larger than 1 MB.', {
        cause,
      });
    throw new ProtocolFault('SerializationException', 'The request could not be read.', { cause });
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

function parse(body: Buffer): unknown {
  if (body.length === 0) return {};
  try {
    // Of ASCII every byte is a character: nothing to decode, and nothing that could be wrong.
    return JSON.parse(isAscii(body) ? body.toString('latin1') : utf8.decode(body));
  } catch {
    // The parser's own message repeats what stands there, which may be a secret.
    throw new ProtocolFault('SerializationException', 'The request is not valid JSON in UTF-8.');
  }
}

function write(
  response: ServerResponse,
  status: number,
  { headers, requestId }: Call['state'],
  text: string,
  more?: Record<string, string>,
): void {
  const bytes = Buffer.byteLength(text);
  response.writeHead(status, {
    ...headers,
    ...ANY_BROWSER,
    'x-amzn-requestid': requestId,
    'cache-control': 'no-store',
    'content-type': MEDIA_TYPE,
    'Content-Length': bytes,
    ...more,
  });
  // Of ASCII, as nearly every answer is, each character is its byte: written without being encoded.
  response.end(text, bytes === text.length ? 'latin1' : 'utf8');
}

function writeError(response: ServerResponse, error: unknown, { request, state }: Call): void {
  const { status, type, message, unexpected } = errorAnswer(error, state.requestId);
  const target = header(request, 'x-amz-target').slice(0, 100);
  if (unexpected) state.log.error({ err: error, target }, 'an API call failed');
  else state.log.info({ type, target }, 'an API call was refused');
  write(response, status, state, JSON.stringify({ __type: type, message }), {
    // SEC-02: clients take what stands before the colon.
    'x-amzn-errortype': `${type}:`,
    'x-amzn-errormessage': asHeader(message),
    // What is left of the body is not read: the connection cannot be used again.
    ...(type === 'RequestEntityTooLargeException' && { connection: 'close' }),
  });
}

/** Characters of a message that a header repeats; the whole stands in the body. */
const MOST_IN_HEADER = 1000;

/** A message may repeat what a caller sent: only printable ASCII goes into a header, so that it can end no line there. */
const asHeader = (message: string) => message.slice(0, MOST_IN_HEADER).replace(/[^\x20-\x7e]/g, '?');

/** Applications in browsers call from their own origins. No cookie is read here, so any origin may. */
const ANY_BROWSER = {
  'access-control-allow-origin': '*',
  'access-control-expose-headers': 'x-amzn-requestid,x-amzn-errortype,x-amzn-errormessage,date',
};

const PREFLIGHT = {
  'access-control-allow-methods': 'POST',
  'access-control-allow-headers':
    'authorization,content-type,x-amz-target,x-amz-user-agent,x-amz-date,x-amz-content-sha256,' +
    'x-amz-security-token,x-amzn-trace-id,amz-sdk-invocation-id,amz-sdk-request,cache-control',
  'access-control-max-age': '86400',
};
