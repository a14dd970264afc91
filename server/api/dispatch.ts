/**
 * The JSON API over HTTP: `POST /` with the operation in `X-Amz-Target`. It reads the call, lets `access.ts` prove the
 * caller, runs the operation through `call-operation.ts`, and writes the answer as the AWS JSON 1.1 protocol has it.
 */
import { randomUUID } from 'node:crypto';
import type { Context } from 'koa';
import readBody from 'raw-body';
import { userAgentOf } from '../audit.ts';
import type { Logger } from '../log.ts';
import { authorize } from './access.ts';
import { auditCall } from './audit-call.ts';
import { callOperation, findOperation } from './call-operation.ts';
import { errorAnswer, ProtocolFault } from './errors.ts';
import { limitCall } from './limit-call.ts';
import { compileOutput } from './model/answer.ts';
import { IDENTITY_POOLS, USER_POOLS } from './model/models.ts';
import type { Caller, Operation, Service } from './operation.ts';

const MEDIA_TYPE = 'application/x-amz-json-1.1';
/** Bytes of a call. The largest real ones, templates of messages, have a tenth of it. */
const MOST_BYTES = 1024 * 1024;

/** The handler of `POST /` and `OPTIONS /`. It answers every call itself and never throws. */
export function openApi(service: Service): (ctx: Context) => Promise<void> {
  return async function api(ctx) {
    const requestId = (ctx.state['requestId'] as string | undefined) ?? randomUUID();
    allowBrowsers(ctx);
    if (ctx.method === 'OPTIONS') return answerPreflight(ctx);
    ctx.set('x-amzn-requestid', requestId);
    ctx.set('cache-control', 'no-store');
    try {
      write(ctx, 200, await answer(service, ctx, requestId));
    } catch (error) {
      writeError(ctx, error, requestId, (ctx.state['log'] as Logger | undefined) ?? service.log);
    }
  };
}

async function answer(service: Service, ctx: Context, requestId: string): Promise<object> {
  const name = operationName(ctx);
  const operation = findOperation(name);
  ctx.state['route'] = `api/${name}`;
  const body = await receive(ctx);
  const caller = prove(service, operation, ctx, body, requestId);
  const input = await admit(service, name, body, caller);
  return outputs.get(name)?.(await callOperation(service, name, input, caller)) ?? {};
}

/** The input, when it is one and the caller has not called too often; otherwise that is on record. */
async function admit(service: Service, name: string, body: Uint8Array, caller: Caller): Promise<unknown> {
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
function prove(
  service: Service,
  operation: Operation,
  ctx: Context,
  body: Uint8Array,
  requestId: string,
): Caller {
  const origin = ctx.state['origin'] as { host: string; address?: string } | undefined;
  const from = { requestId, address: origin?.address, userAgent: userAgentOf(ctx.req) };
  try {
    const call = { request: ctx.req, forwardedHost: origin?.host, body, requestId };
    return { ...authorize(service, operation, call), ...from };
  } catch (error) {
    auditCall(service, operation.name, from, { error });
    throw error;
  }
}

const outputs = new Map(
  Object.entries(USER_POOLS.operations).map(([name, { output }]) => [
    name,
    compileOutput(USER_POOLS, output),
  ]),
);

/** The part of the target behind the service's name. */
function operationName(ctx: Context): string {
  const [target = '', name = '', ...more] = ctx.get('x-amz-target').split('.');
  if (target === USER_POOLS.targetPrefix && !more.length) return name;
  if (target === IDENTITY_POOLS.targetPrefix && Object.hasOwn(IDENTITY_POOLS.operations, name))
    throw new ProtocolFault('UnknownOperationException', `${name} is not supported by Foyer yet.`);
  throw new ProtocolFault('UnknownOperationException', 'The operation is not known.');
}

async function receive(ctx: Context): Promise<Uint8Array> {
  if (!/^application\/(x-amz-json-1\.[01]|json)\s*(;|$)/i.test(ctx.get('content-type')))
    throw new ProtocolFault('UnsupportedMediaTypeException', `The content type must be ${MEDIA_TYPE}.`);
  try {
    return await readBody(ctx.req, { length: ctx.request.length, limit: MOST_BYTES });
  } catch (cause) {
    // What is left of the body is not read: the connection cannot be used again.
    ctx.set('connection', 'close');
    if ((cause as { type?: string }).type === 'entity.too.large')
      throw new ProtocolFault('RequestEntityTooLargeException', 'The request is larger than 1 MB.', {
        cause,
      });
    throw new ProtocolFault('SerializationException', 'The request could not be read.', { cause });
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

function parse(body: Uint8Array): unknown {
  if (body.length === 0) return {};
  try {
    return JSON.parse(utf8.decode(body));
  } catch {
    // The parser's own message repeats what stands there, which may be a secret.
    throw new ProtocolFault('SerializationException', 'The request is not valid JSON in UTF-8.');
  }
}

function write(ctx: Context, status: number, body: object): void {
  ctx.status = status;
  ctx.set('content-type', MEDIA_TYPE);
  ctx.body = JSON.stringify(body);
}

function writeError(ctx: Context, error: unknown, requestId: string, log: Logger): void {
  const { status, type, message, unexpected } = errorAnswer(error, requestId);
  const target = ctx.get('x-amz-target').slice(0, 100);
  if (unexpected) log.error({ err: error, target }, 'an API call failed');
  else log.info({ type, target }, 'an API call was refused');
  // SEC-02: clients take what stands before the colon.
  ctx.set('x-amzn-errortype', `${type}:`);
  ctx.set('x-amzn-errormessage', asHeader(message));
  write(ctx, status, { __type: type, message });
}

/** Characters of a message that a header repeats; the whole stands in the body. */
const MOST_IN_HEADER = 1000;

/** A message may repeat what a caller sent: only printable ASCII goes into a header, so that it can end no line there. */
const asHeader = (message: string) => message.slice(0, MOST_IN_HEADER).replace(/[^\x20-\x7e]/g, '?');

/** Applications in browsers call from their own origins. No cookie is read here, so any origin may. */
function allowBrowsers(ctx: Context): void {
  ctx.set('access-control-allow-origin', '*');
  ctx.set('access-control-expose-headers', 'x-amzn-requestid,x-amzn-errortype,x-amzn-errormessage,date');
}

function answerPreflight(ctx: Context): void {
  ctx.set('access-control-allow-methods', 'POST');
  ctx.set(
    'access-control-allow-headers',
    'authorization,content-type,x-amz-target,x-amz-user-agent,x-amz-date,x-amz-content-sha256,' +
      'x-amz-security-token,x-amzn-trace-id,amz-sdk-invocation-id,amz-sdk-request,cache-control',
  );
  ctx.set('access-control-max-age', '86400');
  ctx.status = 204;
}
