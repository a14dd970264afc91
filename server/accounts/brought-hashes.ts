/**
 * Hashes that other programs made, brought along with the accounts. Their costs are theirs too: each is bounded, so
 * that no stored hash can keep a thread busy for longer than a second or two, or take more than 256 MiB.
 */
import { pbkdf2, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

/** As the API names them. */
export type HashAlgorithm = 'BCRYPT' | 'SCRYPT' | 'ARGON2ID' | 'PBKDF2_SHA256';

const MOST_KIB = 256 * 1024;
/** Memory times passes: four passes over the largest. */
const MOST_ARGON2 = 4 * MOST_KIB;
const MOST_LANES = 16;
/** N times r times p. */
const MOST_SCRYPT = 2 ** 22;
const MOST_ITERATIONS = 4_000_000;

const ARGON2ID =
  /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,4}),p=(\d{1,2})\$[A-Za-z0-9+/]{11,86}\$[A-Za-z0-9+/]{22,86}$/;
/** Cost 4 to 15. */
const BCRYPT = /^\$2[aby]\$(0[4-9]|1[0-5])\$[./A-Za-z0-9]{53}$/;
const SCRYPT =
  /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,3}),p=(\d{1,3})\$([A-Za-z0-9+/]{6,86})\$([A-Za-z0-9+/]{22,86})$/;
/** As passlib writes it (`.` stands for `+`), or in the PHC form with its parameters named. */
const PBKDF2 =
  /^\$pbkdf2-sha256\$(?:i=)?(\d{1,7})(?:,l=\d{1,3})?\$([A-Za-z0-9+/.]{6,86})\$([A-Za-z0-9+/.]{22,86})$/;
/** As Django writes it: the salt is text. */
const PBKDF2_DJANGO = /^pbkdf2_sha256\$(\d{1,7})\$([A-Za-z0-9]{4,64})\$([A-Za-z0-9+/]{43}=)$/;

/** Whether a hash is of this algorithm, in a form that is known, at a cost that can be borne. */
export function isBroughtHash(algorithm: HashAlgorithm, hash: string): boolean {
  if (algorithm === 'BCRYPT') return BCRYPT.test(hash);
  if (algorithm === 'ARGON2ID') {
    const [memory, passes, lanes] = numbers(ARGON2ID.exec(hash));
    const sound = lanes >= 1 && lanes <= MOST_LANES && passes >= 1 && memory >= 8 * lanes;
    return sound && memory <= MOST_KIB && memory * passes <= MOST_ARGON2;
  }
  const found = algorithm === 'SCRYPT' ? readScrypt(hash) : readPbkdf2(hash);
  return found !== undefined;
}

/** Whether the password matches; undefined when the hash is of none of the kinds that are read here. */
export async function matchesBroughtHash(password: string, hash: string): Promise<boolean | undefined> {
  const derive = readScrypt(hash) ?? readPbkdf2(hash);
  if (!derive) return undefined;
  const { key, expected } = await derive(password);
  return timingSafeEqual(key, expected);
}

type Derive = (password: string) => Promise<{ key: Buffer; expected: Buffer }>;

const deriveScrypt = promisify<string, Buffer, number, object, Buffer>(scrypt);
const derivePbkdf2 = promisify(pbkdf2);

function readScrypt(hash: string): Derive | undefined {
  const match = SCRYPT.exec(hash);
  const [log2, r, p] = numbers(match);
  const cost = 2 ** log2;
  const memory = 128 * cost * r;
  if (!match || log2 < 1 || r < 1 || p < 1) return undefined;
  if (memory > MOST_KIB * 1024 || cost * r * p > MOST_SCRYPT) return undefined;
  const [salt, expected] = [base64(match[4]), base64(match[5])];
  const options = { cost, blockSize: r, parallelization: p, maxmem: 2 * memory + 1024 * 1024 };
  return async (password) => ({
    key: await deriveScrypt(password, salt, expected.length, options),
    expected,
  });
}

function readPbkdf2(hash: string): Derive | undefined {
  const django = PBKDF2_DJANGO.exec(hash);
  const match = django ?? PBKDF2.exec(hash);
  const iterations = Number(match?.[1]);
  if (!match || iterations < 1 || iterations > MOST_ITERATIONS) return undefined;
  const salt = django ? Buffer.from(match[2] ?? '') : base64(match[2]);
  const expected = base64(match[3]);
  return async (password) => ({
    key: await derivePbkdf2(password, salt, iterations, expected.length, 'sha256'),
    expected,
  });
}

const base64 = (text = '') => Buffer.from(text.replaceAll('.', '+'), 'base64');

/** The first three groups; not a number where there is none, which is in no range. */
function numbers(match: RegExpExecArray | null): [number, number, number] {
  return [Number(match?.[1] ?? NaN), Number(match?.[2] ?? NaN), Number(match?.[3] ?? NaN)];
}
