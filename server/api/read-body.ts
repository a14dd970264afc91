import type { IncomingMessage } from 'node:http';

/** The body is larger than may be. What is left of it was not read, so the connection is good for nothing more. */
export class BodyTooLarge extends Error {}

/** The connection broke before the whole body was there. */
export class BodyBrokeOff extends Error {}

/**
 * The body of a call, of at most so many bytes: a length that says more is refused before anything is read, and what
 * comes without a length (chunked) as soon as it is more. That as much came as the length said, Node has seen to.
 * @throws BodyTooLarge, BodyBrokeOff
 */
export function readBody(request: IncomingMessage, most: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    if (Number(request.headers['content-length'] ?? 0) > most) return reject(new BodyTooLarge());
    // Of one that has closed already nothing would be told any more, and who waits for it would wait for ever.
    if (request.destroyed) return reject(new BodyBrokeOff());
    const parts: Buffer[] = [];
    let length = 0;
    const add = (part: Buffer) => {
      length += part.length;
      parts.push(part);
      if (length <= most) return;
      request.off('data', add).pause();
      reject(new BodyTooLarge());
    };
    request.on('data', add);
    let ended = false;
    request.once('end', () => {
      ended = true;
      // Nearly every call is small and comes in one piece, which is not copied.
      resolve(parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts));
    });
    // It comes after the end too. Whatever breaks, Node tells it by this.
    request.once('close', () => {
      if (!ended) reject(new BodyBrokeOff());
    });
  });
}
