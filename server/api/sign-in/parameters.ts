import { longerThan } from '../../accounts/longer-than.ts';
import { LONGEST_PASSWORD } from '../../accounts/password-policy.ts';
import { invalidParameter } from '../../errors.ts';

/** The texts that a step of a sign-in comes with. Names that nobody asks for are passed over (SEC-04). */
export type Parameters = Readonly<Record<string, string>>;

const LONGEST_USERNAME = 128;

/** @throws Refusal `invalid-parameter` when it is missing or empty */
export function required(parameters: Parameters, name: string): string {
  const value = parameters[name];
  if (!value) throw invalidParameter(`Missing required parameter ${name}`);
  return value;
}

/** The name of the person, which no account has if it is longer than names may be. */
export function usernameIn(parameters: Parameters): string {
  return limited('username', required(parameters, 'USERNAME'), LONGEST_USERNAME);
}

/** A password in the clear. What is longer than one may be is not hashed. */
export function passwordIn(parameters: Parameters, name = 'PASSWORD'): string {
  return limited('password', required(parameters, name), LONGEST_PASSWORD);
}

function limited(what: string, value: string, longest: number): string {
  if (!longerThan(value, longest)) return value;
  throw invalidParameter(
    `1 validation error detected: Value at '${what}' failed to satisfy constraint: Member must have length less than or equal to ${longest}`,
  );
}
