import type { SchemaAttribute } from '#adapters/directory/records.ts';
import { invalidParameter, Refusal } from '../../errors.ts';
import { isEmail, isPhoneNumber } from './contact-forms.ts';

/** Attribute name to value. */
export type Attributes = Record<string, string>;

export interface AttributeCheck {
  schema: readonly SchemaAttribute[];
  /** What is to be written. An empty value removes the attribute (USR-173). */
  given: Attributes;
  /** What the account holds; empty for a new one. */
  current?: Attributes;
  /** Which names the writer may write; an administrator writes all. */
  writable?: (name: string) => boolean;
  /** The account is being made: what may never change may be given now. */
  creating?: boolean;
}

/** Characters, for every kind of attribute (9.3). */
const LONGEST_VALUE = 2048;

/**
 * Refuses what may not be written: unknown names, names that the writer may not write, attributes that may not change,
 * values that do not fit. Whether required ones are missing is for `checkRequired`, on what the account will hold.
 * @throws Refusal `attribute-schema`, `attribute-not-writable`, `attribute-immutable`, `email-format`, `phone-format`
 */
export function checkAttributes({ schema, given, current = {}, writable, creating }: AttributeCheck): void {
  const known = new Map(schema.map((attribute) => [attribute.Name, attribute]));
  for (const name of Object.keys(given))
    if (!known.has(name)) throw fault(name, 'Attribute does not exist in the schema.');
  for (const [name, value] of Object.entries(given)) {
    const attribute = known.get(name);
    if (!attribute) continue;
    if (writable && !writable(name)) throw new Refusal('attribute-not-writable');
    if (name === 'sub' || !mayChange(attribute, value, current[name], creating))
      throw new Refusal('attribute-immutable', { attribute: name });
    if (value !== '') checkValue(attribute, value);
  }
  for (const contact of ['email', 'phone_number'])
    if (given[`${contact}_verified`] === 'true' && !(given[contact] ?? current[contact]))
      throw invalidParameter(`${contact}_verified is true but there is no ${contact}.`);
}

/** @throws Refusal `attribute-schema` for the first required attribute without a value */
export function checkRequired(schema: readonly SchemaAttribute[], attributes: Attributes): void {
  const [missing] = missingAttributes(schema, attributes);
  if (missing !== undefined) throw fault(missing, 'The attribute is required');
}

/** Names of required attributes without a value. `sub` never is one: the server gives it. */
export function missingAttributes(schema: readonly SchemaAttribute[], attributes: Attributes): string[] {
  return schema
    .filter(({ Name, Required }) => Required && Name !== 'sub' && !attributes[Name])
    .map(({ Name }) => Name);
}

/**
 * An attribute that may not change may be given once: when the account is made, or at the first sign-in when an
 * administrator made the account without one that is required.
 */
function mayChange(
  { Mutable, Required }: SchemaAttribute,
  value: string,
  current: string | undefined,
  creating = false,
): boolean {
  if (Mutable || creating || value === current) return true;
  return current === undefined && Required;
}

function checkValue(attribute: SchemaAttribute, value: string): void {
  const { Name, AttributeDataType } = attribute;
  if (characters(value) > LONGEST_VALUE)
    throw fault(Name, `String must be no longer than ${LONGEST_VALUE} characters`);
  if (Name === 'email' && !isEmail(value)) throw new Refusal('email-format');
  if (Name === 'phone_number' && !isPhoneNumber(value)) throw new Refusal('phone-format');
  const wrong = FORMS[AttributeDataType](value, attribute);
  if (wrong) throw fault(Name, wrong);
}

/** What is wrong with a value of each type; undefined when nothing is. Limits are decimal strings. */
const FORMS: Record<
  SchemaAttribute['AttributeDataType'],
  (value: string, attribute: SchemaAttribute) => string | undefined
> = {
  String(value, { StringAttributeConstraints: { MinLength, MaxLength } = {} }) {
    const length = characters(value);
    if (MinLength !== undefined && length < Number(MinLength))
      return `String must be no shorter than ${MinLength} characters`;
    if (MaxLength !== undefined && length > Number(MaxLength))
      return `String must be no longer than ${MaxLength} characters`;
    return undefined;
  },
  Number(value, { NumberAttributeConstraints: { MinValue, MaxValue } = {} }) {
    if (!/^-?\d{1,30}(\.\d{1,30})?$/.test(value)) return 'Attribute is not a number';
    if (MinValue !== undefined && Number(value) < Number(MinValue))
      return `Number must be no less than ${MinValue}`;
    if (MaxValue !== undefined && Number(value) > Number(MaxValue))
      return `Number must be no greater than ${MaxValue}`;
    return undefined;
  },
  Boolean: (value) => (/^(true|false)$/.test(value) ? undefined : 'Attribute is not true or false'),
  DateTime: (value) =>
    /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)?)?$/.test(value) &&
    !Number.isNaN(Date.parse(value))
      ? undefined
      : 'Attribute is not a date and time',
};

function characters(value: string): number {
  return [...value].length;
}

function fault(attribute: string, text: string): Refusal {
  return new Refusal('attribute-schema', { attribute, fault: text });
}
