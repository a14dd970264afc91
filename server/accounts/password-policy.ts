import { randomInt } from 'node:crypto';
import type { PasswordPolicy } from '#adapters/directory/records.ts';
import { Refusal } from '../errors.ts';

/** The 30 symbols of the service's list, and `=` and `+`, which it counts too today (USR-220, USR-221). */
const SYMBOLS = '^$*.[]{}()?-"!@#%&/\\,><\':;|_~`=+';
export const LONGEST_PASSWORD = 256;

type ClassName = 'uppercase' | 'lowercase' | 'number' | 'symbol';

/** In the order in which faults are told. */
const CLASSES: readonly {
  name: ClassName;
  required: (policy: PasswordPolicy) => boolean;
  characters: string;
  fault: string;
}[] = [
  {
    name: 'uppercase',
    required: (policy) => policy.RequireUppercase,
    characters: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ',
    fault: 'Password must have uppercase characters',
  },
  {
    name: 'lowercase',
    required: (policy) => policy.RequireLowercase,
    characters: 'abcdefghijklmnopqrstuvwxyz',
    fault: 'Password must have lowercase characters',
  },
  {
    name: 'number',
    required: (policy) => policy.RequireNumbers,
    characters: '0123456789',
    fault: 'Password must have numeric characters',
  },
  {
    name: 'symbol',
    required: (policy) => policy.RequireSymbols,
    characters: SYMBOLS,
    fault: 'Password must have symbol characters',
  },
];

/**
 * Refuses a password that the policy does not allow, naming the first rule that it breaks (9.9).
 * Letters of other alphabets are welcome and count toward the length only.
 * @throws Refusal `password-policy`
 */
export function checkPasswordPolicy(policy: PasswordPolicy, password: string): void {
  const characters = [...password];
  const refuse = (rule: string) => new Refusal('password-policy', { rule });
  if (characters.length < policy.MinimumLength) throw refuse('Password not long enough');
  if (characters.length > LONGEST_PASSWORD) throw refuse('Password must not be longer than 256 characters');
  if (/\s/.test(password)) throw refuse('Password must not have whitespace characters');
  for (const { required, characters: allowed, fault } of CLASSES)
    if (required(policy) && !characters.some((character) => allowed.includes(character))) throw refuse(fault);
}

export interface PolicyHint {
  name: 'length' | ClassName;
  /** Of `length`: how many characters are needed. */
  minimum?: number;
  /** Of the others: a password needs one of these. */
  characters?: string;
}

/** The policy as pages show it while a password is typed. */
export function policyHints(policy: PasswordPolicy): PolicyHint[] {
  return [
    { name: 'length', minimum: policy.MinimumLength },
    ...CLASSES.filter(({ required }) => required(policy)).map(({ name, characters }) => ({
      name,
      characters,
    })),
  ];
}

/** Left out where people read and type them: what looks like something else, and what mail programs take for markup. */
const READABLE: Record<ClassName, string> = {
  uppercase: 'ABCDEFGHJKLMNPQRSTUVWXYZ',
  lowercase: 'abcdefghijkmnpqrstuvwxyz',
  number: '23456789',
  symbol: '!@#$%*-_?=+',
};
const GENERATED_LENGTH = 14;

/** A random password that every policy with this minimum length allows: about 80 bits at the usual length. */
export function generatePassword(policy: Pick<PasswordPolicy, 'MinimumLength'>): string {
  const all = Object.values(READABLE).join('');
  const length = Math.max(policy.MinimumLength, GENERATED_LENGTH);
  const characters = Object.values(READABLE).map(oneOf);
  while (characters.length < length) characters.push(oneOf(all));
  // Fisher-Yates: the first four would otherwise always be of the same classes.
  for (let last = characters.length - 1; last > 0; last--) {
    const other = randomInt(last + 1);
    [characters[last], characters[other]] = [characters[other] ?? '', characters[last] ?? ''];
  }
  return characters.join('');
}

function oneOf(characters: string): string {
  return characters.charAt(randomInt(characters.length));
}
