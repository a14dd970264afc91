/** Accounts -> the API's own shapes, and lists of attributes to and fro. */
import type {
  AdminGetUserResponse,
  AttributeType,
  CodeDeliveryDetailsType,
  GetUserResponse,
  UserType,
} from '@aws-sdk/client-cognito-identity-provider';
import type { Account } from '#adapters/accounts/store.ts';
import { identityList } from '../accounts/federation/identity-list.ts';
import type { Delivery } from '../messages/delivery.ts';

/** Of accounts that nobody can change. */
const shapes = new WeakMap<Account, UserType>();

/** What lists of users and AdminCreateUser show of an account. @param only names of attributes; empty: all. */
export function userShape(account: Account, only: readonly string[] = []): UserType {
  if (only.length > 0 || !Object.isFrozen(account)) return makeShape(account, only);
  const known = shapes.get(account);
  if (known) return known;
  const shape = makeShape(account, only);
  // One by one, and all that it holds: the next who asks is given the same.
  for (const attribute of shape.Attributes ?? []) Object.freeze(attribute);
  Object.freeze(shape.Attributes);
  shapes.set(account, Object.freeze(shape));
  return shape;
}

function makeShape(account: Account, only: readonly string[]): UserType {
  const { username, enabled, status, createdAt, modifiedAt } = account;
  return {
    Username: username,
    Attributes: attributeList(account, only),
    UserCreateDate: new Date(createdAt),
    UserLastModifiedDate: new Date(modifiedAt),
    Enabled: enabled,
    UserStatus: status,
  };
}

/** As AdminGetUser shows an account: the same under another name. */
export function userAnswer(account: Account): AdminGetUserResponse {
  const { Attributes, ...shared } = userShape(account);
  return { ...shared, Username: account.username, UserAttributes: Attributes };
}

/** What GetUser shows to the person themselves, through a client that may read these attributes (USR-208). */
export function ownAnswer(account: Account, mayRead: (name: string) => boolean): GetUserResponse {
  return {
    Username: account.username,
    UserAttributes: attributeList(account).filter(({ Name }) => Name === 'identities' || mayRead(Name ?? '')),
  };
}

/** Where a code went. */
export function deliveryShape({ destination, medium, attribute }: Delivery): CodeDeliveryDetailsType {
  return { Destination: destination, DeliveryMedium: medium, AttributeName: attribute };
}

/** `identities` is an attribute that nobody can write (FED-125). A loop: a page of a list passes here sixty times. */
function attributeList(account: Account, only: readonly string[] = []): AttributeType[] {
  const list: AttributeType[] = [];
  const add = (Name: string, Value: string) => {
    if (only.length === 0 || only.includes(Name)) list.push({ Name, Value });
  };
  add('sub', account.id);
  for (const name of Object.keys(account.attributes)) add(name, account.attributes[name] ?? '');
  const identities = identityList(account);
  if (identities) add('identities', JSON.stringify(identities));
  return list;
}

/** A list of attributes as rules take it. One without a value is as one with an empty value: it removes. */
export function attributeRecord(
  list: readonly { Name: string; Value?: string }[] = [],
): Record<string, string> {
  return Object.fromEntries(list.map(({ Name, Value }) => [Name, Value ?? '']));
}
