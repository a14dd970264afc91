/**
 * Seals what must be stored but not read by a thief of the database: private keys, client secrets, verifiers.
 * AES-256-GCM under keys derived from the master secret, one key per purpose, so that a value sealed for one
 * purpose never opens for another. The floor: imports nothing of Foyer's.
 */
import {
  createCipheriv,
  createDecipheriv,
  createSecretKey,
  hkdfSync,
  type KeyObject,
  randomFillSync,
} from 'node:crypto';

export interface Vault {
  /** Text to a string safe to store. `purpose` and `context` (say, a pool and record id) are bound to it. */
  seal(purpose: string, context: string, text: string): string;
  /** Throws when the value was not sealed by this master secret, for this purpose and context. */
  open(purpose: string, context: string, sealed: string): string;
  /** 32 bytes, always the same for a label: keys of cookies, forms and the like. */
  derive(label: string): Buffer;
  /** The same as a key object: from bytes Node makes one for each HMAC, which takes five times as long as the HMAC. */
  key(label: string): KeyObject;
}

/** Says that sealed data cannot be opened: nearly always a master secret that was changed. */
export class Unsealable extends Error {
  override name = 'Unsealable';

  constructor(purpose: string, options?: ErrorOptions) {
    super(`A stored ${purpose} cannot be opened: was FOYER_MASTER_SECRET changed?`, options);
  }
}

const VERSION = 'v1';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Far more than the clients of a busy process. */
const MOST_REMEMBERED = 1000;
/** What is longer is no client's secret: verifiers and sessions are opened once or twice, and would push those out. */
const LONGEST_REMEMBERED = 256;

/** @param masterSecret at least 32 characters, checked by the settings schema. */
export function openVault(masterSecret: string): Vault {
  const derived = new Map<string, Buffer>();
  const derive = (label: string): Buffer => {
    let key = derived.get(label);
    if (!key) {
      key = Buffer.from(hkdfSync('sha256', masterSecret, 'foyer', label, 32));
      derived.set(label, key);
    }
    return key;
  };
  const keys = new Map<string, KeyObject>();
  const keyOf = (label: string): KeyObject => {
    let key = keys.get(label);
    if (!key) {
      key = createSecretKey(derive(label));
      keys.set(label, key);
    }
    return key;
  };
  /** What was opened before: clients' secrets are asked for at every request. The oldest is forgotten first. */
  const opened = new Map<string, string>();
  const remember = (key: string, text: string): string => {
    const [oldest] = opened.size >= MOST_REMEMBERED ? opened.keys() : [];
    if (oldest !== undefined) opened.delete(oldest);
    opened.set(key, text);
    return text;
  };

  return {
    derive: (label) => derive(`derive:${label}`),
    key: (label) => keyOf(`derive:${label}`),

    seal: (purpose, context, text) => encrypt(keyOf(`seal:${purpose}`), context, text),

    open(purpose, context, sealed) {
      // All three: what opens for one purpose and context must not open for another because it was opened before.
      const remembers = sealed.length <= LONGEST_REMEMBERED;
      const key = remembers ? JSON.stringify([purpose, context, sealed]) : '';
      const known = remembers ? opened.get(key) : undefined;
      if (known !== undefined) return known;
      try {
        const text = decrypt(keyOf(`seal:${purpose}`), context, sealed);
        return remembers ? remember(key, text) : text;
      } catch (cause) {
        throw new Unsealable(purpose, { cause });
      }
    },
  };
}

/** Drawn some hundred at once: to ask for each took as long as to encrypt. None is ever given out again. */
const nonces = Buffer.alloc(256 * NONCE_BYTES);
let given = nonces.length;

function freshNonce(): Buffer {
  if (given === nonces.length) {
    randomFillSync(nonces);
    given = 0;
  }
  given += NONCE_BYTES;
  return nonces.subarray(given - NONCE_BYTES, given);
}

function encrypt(key: KeyObject, context: string, text: string): string {
  const nonce = freshNonce();
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  cipher.setAAD(Buffer.from(context));
  const sealed = Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  return `${VERSION}.${sealed.toString('base64url')}`;
}

/** Throws when it was not encrypted with this key and context, or was changed since. */
function decrypt(key: KeyObject, context: string, sealed: string): string {
  const [version, body = ''] = sealed.split('.');
  if (version !== VERSION) throw new Error('unknown version');
  const bytes = Buffer.from(body, 'base64url');
  // A shorter tag would be taken too, and four bytes can be guessed.
  if (bytes.length < NONCE_BYTES + TAG_BYTES) throw new Error('too short');
  const nonce = bytes.subarray(0, NONCE_BYTES);
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES });
  decipher.setAAD(Buffer.from(context));
  decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
  const text = Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]);
  return text.toString('utf8');
}
