/** Claims as the attributes that a mapping names: text, or a list of it. */
import { type ProvenIdentity, ProviderFault, type ProviderRecord } from './provider.ts';

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  try {
    return JSON.stringify(value);
  } catch (cause) {
    // What is read without recursion is not written so: a hundred thousand brackets are too many.
    throw new ProviderFault('invalid-answer', 'a claim is nested too deeply', { cause });
  }
}

/** Numbers and booleans become their text, objects compact JSON, lists stay lists; what is null is not there. */
export function attributesOf(claims: Record<string, unknown>): ProvenIdentity['attributes'] {
  return Object.fromEntries(
    Object.entries(claims)
      .filter(([, value]) => value !== undefined && value !== null)
      .map(([name, value]) => [name, Array.isArray(value) ? value.map(textOf) : textOf(value)]),
  );
}

/** Tokens are attributes only where somebody mapped them (FED-60); no claim of that name takes their place. */
export function tokensOf(
  { mapping = {} }: Pick<ProviderRecord, 'mapping'>,
  tokens: { accessToken: string; idToken?: string },
): Record<string, string> {
  const sources = Object.values(mapping);
  const mapped: Record<string, string> = {};
  if (sources.includes('access_token')) mapped['access_token'] = tokens.accessToken;
  if (sources.includes('id_token') && tokens.idToken) mapped['id_token'] = tokens.idToken;
  return mapped;
}
