/** Claims as the attributes that a mapping names: text, or a list of it. */
import type { ProvenIdentity } from './provider.ts';

const textOf = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value));

/** Numbers and booleans become their text, objects compact JSON, lists stay lists; what is null is not there. */
export function attributesOf(claims: Record<string, unknown>): ProvenIdentity['attributes'] {
  return Object.fromEntries(
    Object.entries(claims)
      .filter(([, value]) => value !== undefined && value !== null)
      .map(([name, value]) => [name, Array.isArray(value) ? value.map(textOf) : textOf(value)]),
  );
}
