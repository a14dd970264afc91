/**
 * The attributes that a pool's accounts may have: the standard ones of OpenID Connect, which every pool has, and
 * custom ones, which are added and never changed again (USR-167, 168, 175, 199..204).
 */
import type { SchemaAttribute } from '#adapters/directory/records.ts';
import { invalidParameter } from '../errors.ts';

/** An entry of `Schema` or `CustomAttributes` as the API takes it: everything but the name may be left out. */
export type GivenAttribute = { [K in keyof SchemaAttribute]?: SchemaAttribute[K] | undefined };

/** Custom attributes of one pool. */
const MOST_CUSTOM = 25;
/** Characters of one attribute's value. */
const MOST_CHARACTERS = 2048;

const text = (Name: string, from = 0, to = MOST_CHARACTERS): SchemaAttribute => ({
  ...standard(Name, 'String'),
  StringAttributeConstraints: { MinLength: String(from), MaxLength: String(to) },
});

const standard = (
  Name: string,
  AttributeDataType: SchemaAttribute['AttributeDataType'],
): SchemaAttribute => ({
  Name,
  AttributeDataType,
  DeveloperOnlyAttribute: false,
  Mutable: true,
  Required: false,
});

/** What a pool has when its schema says nothing, in the order in which answers show them. */
export const STANDARD_ATTRIBUTES: readonly SchemaAttribute[] = [
  { ...text('sub', 1), Mutable: false, Required: true },
  text('name'),
  text('given_name'),
  text('family_name'),
  text('middle_name'),
  text('nickname'),
  text('preferred_username'),
  text('profile'),
  text('picture'),
  text('website'),
  text('email'),
  standard('email_verified', 'Boolean'),
  text('gender'),
  text('birthdate', 10, 10),
  text('zoneinfo'),
  text('locale'),
  text('phone_number'),
  standard('phone_number_verified', 'Boolean'),
  text('address'),
  { ...standard('updated_at', 'Number'), NumberAttributeConstraints: { MinValue: '0' } },
];

/** Attributes that the pool itself keeps: a schema cannot require, freeze or limit them. */
const KEPT_BY_POOL = new Set(['sub', 'email_verified', 'phone_number_verified']);

/** The whole schema of a new pool. Throws Refusal `invalid-parameter` for what cannot be. */
export function completeSchema(given: readonly GivenAttribute[] = []): SchemaAttribute[] {
  const schema = new Map(STANDARD_ATTRIBUTES.map((attribute) => [attribute.Name, attribute]));
  const listed = new Set<string>();
  const custom: GivenAttribute[] = [];
  for (const entry of given) {
    const base = schema.get(entry.Name ?? '');
    if (!base) {
      custom.push(entry);
      continue;
    }
    if (listed.has(base.Name)) throw existsAlready(base.Name);
    listed.add(base.Name);
    schema.set(base.Name, adjusted(base, entry));
  }
  return withCustomAttributes([...schema.values()], custom);
}

/** The schema with custom attributes added: all of them, or a Refusal and none. */
export function withCustomAttributes(
  schema: readonly SchemaAttribute[],
  given: readonly GivenAttribute[],
): SchemaAttribute[] {
  const completed = [...schema];
  for (const entry of given) {
    const attribute = customAttribute(entry);
    if (completed.some(({ Name }) => Name === attribute.Name)) throw existsAlready(attribute.Name);
    completed.push(attribute);
  }
  if (customNames(completed).length > MOST_CUSTOM)
    throw invalidParameter(`A user pool cannot have more than ${MOST_CUSTOM} custom attributes.`);
  return completed;
}

/** Names of the custom attributes, those for developers only included. */
export function customNames(schema: readonly SchemaAttribute[]): string[] {
  return schema.map(({ Name }) => Name).filter((name) => name.includes(':'));
}

/** A standard attribute as a schema lists it. `Mutable` left out means immutable, by the service's own rule. */
function adjusted(base: SchemaAttribute, entry: GivenAttribute): SchemaAttribute {
  const { Name } = base;
  if (
    (entry.AttributeDataType ?? base.AttributeDataType) !== base.AttributeDataType ||
    entry.DeveloperOnlyAttribute
  )
    throw invalidParameter(
      `You can not change AttributeDataType or set developerOnlyAttribute for standard schema attribute ${Name}`,
    );
  const changed = { ...base, Mutable: entry.Mutable ?? false, Required: entry.Required ?? false };
  if (KEPT_BY_POOL.has(Name)) {
    if (changed.Mutable !== base.Mutable || changed.Required !== base.Required)
      throw invalidParameter(`${Name}: Mutable and Required of this attribute cannot be changed.`);
    return base;
  }
  return { ...changed, ...constraints(changed, entry, base) };
}

function customAttribute(entry: GivenAttribute): SchemaAttribute {
  const { Name: given, AttributeDataType, DeveloperOnlyAttribute = false, Mutable = false } = entry;
  if (!given) throw invalidParameter('An attribute needs a name.');
  const Name = `${DeveloperOnlyAttribute ? 'dev:' : ''}custom:${given}`;
  if (!AttributeDataType)
    throw invalidParameter(
      'Invalid AttributeDataType input, consider using the provided AttributeDataType enum.',
    );
  if (entry.Required) throw invalidParameter('Required custom attributes are not supported currently.');
  const attribute = { Name, AttributeDataType, DeveloperOnlyAttribute, Mutable, Required: false };
  return { ...attribute, ...constraints(attribute, entry) };
}

type Constraints = Pick<SchemaAttribute, 'StringAttributeConstraints' | 'NumberAttributeConstraints'>;

/** The limits of an attribute's values: those given, otherwise those it had; always of its own type. */
function constraints(
  { Name, AttributeDataType }: SchemaAttribute,
  given: GivenAttribute,
  base?: SchemaAttribute,
): Constraints {
  const { StringAttributeConstraints: ofText, NumberAttributeConstraints: ofNumber } = given;
  if (AttributeDataType === 'String') {
    if (!isEmpty(ofNumber)) throw notOfType(Name, 'NumberAttributeConstraints', AttributeDataType);
    const limits = { ...base?.StringAttributeConstraints, ...ofText };
    checkRange(Name, 'Length', limits.MinLength, limits.MaxLength, 0, MOST_CHARACTERS);
    return { StringAttributeConstraints: limits };
  }
  if (!isEmpty(ofText)) throw notOfType(Name, 'StringAttributeConstraints', AttributeDataType);
  if (AttributeDataType === 'Number') {
    const limits = { ...base?.NumberAttributeConstraints, ...ofNumber };
    const { MIN_SAFE_INTEGER, MAX_SAFE_INTEGER } = Number;
    checkRange(Name, 'Value', limits.MinValue, limits.MaxValue, MIN_SAFE_INTEGER, MAX_SAFE_INTEGER);
    return { NumberAttributeConstraints: limits };
  }
  if (!isEmpty(ofNumber)) throw notOfType(Name, 'NumberAttributeConstraints', AttributeDataType);
  return {};
}

function checkRange(
  name: string,
  what: 'Length' | 'Value',
  from: string | undefined,
  to: string | undefined,
  least: number,
  most: number,
): void {
  for (const [side, limit] of [
    ['Min', from],
    ['Max', to],
  ])
    if (
      limit !== undefined &&
      !(/^-?\d{1,16}$/.test(limit) && Number(limit) >= least && Number(limit) <= most)
    )
      throw invalidParameter(`${name}: ${side}${what} must be a whole number from ${least} to ${most}.`);
  if (from !== undefined && to !== undefined && Number(from) > Number(to))
    throw invalidParameter(`${name}: Min${what} must not be greater than Max${what}.`);
}

const isEmpty = (constraints: object | undefined) =>
  Object.values(constraints ?? {}).every((value) => value === undefined);

const notOfType = (name: string, constraint: string, type: string) =>
  invalidParameter(`${name}: ${constraint} do not fit the type ${type}.`);

const existsAlready = (name: string) =>
  invalidParameter(`${name}: Existing attribute already has name ${name}.`);
