/**
 * An input or an answer as the audit may show it: members in small first letters as in the service's own log, secrets
 * and what is known of people in their places only. It takes any value, since what was refused may be anything: what
 * the model does not know is left out, and what has the wrong type is hidden.
 */
import { HIDDEN } from '../../log.ts';
import { type Model, type Shape, shapeOf } from './models.ts';

/** What the model does not mark as secret, by the names of its shapes. */
const SECRET_SHAPES = new Set([
  // What applications pass to triggers, and challenges with their salts and proofs.
  'ClientMetadataType',
  'ChallengeParametersType',
  'DeviceSecretVerifierConfigType',
  // Headers of somebody's browser, cookies among them.
  'ContextDataType',
  'EventContextDataType',
  // Passkeys.
  'Document',
  // An address that lets its holder write.
  'PreSignedUrlType',
  // They may hold an e-mail address.
  'UserFilterType',
  'PaginationKey',
  'PaginationKeyType',
  'SearchPaginationTokenType',
]);

/** The same, by names of members whose shapes are used for other things too. */
const SECRET_MEMBERS = new Set(['NextToken', 'ProviderAttributeValue', 'EncodedData', 'SecretBlock']);

/** Characters of a text, items of a list: a line of the audit stays one that can be read. */
const MOST_SHOWN = 1000;
const MOST_ITEMS = 100;
/** Levels of what is hidden. A hostile value may have thousands. */
const MOST_LEVELS = 20;
/** A shorter text is found in the middle of other words. */
const SHORTEST_REMOVED = 4;
/** So many first characters are what is left of a long value that an error cut. */
const REST_CHARACTERS = 32;

/** Gives what may be shown, and tells what it hides. */
type Hide = (value: unknown, tell: (hidden: unknown) => void) => unknown;

export interface Hider {
  show(value: unknown): unknown;
  /** A text without what `show` hides of the value: an error may repeat what was sent. */
  clean(text: string, value: unknown): string;
}

/** Compiled once for a shape. Without a shape there is nothing to show. */
export function compileHide(model: Model, shapeName: string | undefined): Hider {
  const hide = shapeName ? compile(model, shapeName) : () => null;
  return {
    show: (value) => hide(value, () => undefined),
    clean(text, value) {
      const hidden = new Set<string>();
      hide(value, (part) => gather(part, hidden));
      // The longest first: one may be a part of another.
      const secrets = [...hidden].toSorted((a, b) => b.length - a.length);
      const cleaned = secrets.reduce((rest, secret) => rest.replaceAll(secret, HIDDEN), text);
      // A long value is repeated in part only.
      const isRest = (secret: string) =>
        secret.length > REST_CHARACTERS && cleaned.includes(secret.slice(0, REST_CHARACTERS));
      return secrets.some(isRest) ? HIDDEN : cleaned;
    },
  };
}

function compile(model: Model, reference: string | { shape: string }, member = ''): Hide {
  const shape = shapeOf(model, reference);
  const name = typeof reference === 'string' ? reference : reference.shape;
  if (shape.sensitive || SECRET_SHAPES.has(name) || SECRET_MEMBERS.has(member)) return hideAll;
  switch (shape.type) {
    case 'structure':
      return structure(model, shape);
    case 'list':
      return list(compile(model, shape.member ?? ''));
    case 'map':
      return map(compile(model, shape.value ?? ''));
    default:
      return simple(shape);
  }
}

const hideAll: Hide = (value, tell) => {
  tell(value);
  return HIDDEN;
};

function structure(model: Model, shape: Shape): Hide {
  const members = new Map(
    Object.entries(shape.members ?? {}).map(([name, reference]) => [
      name,
      {
        label: name.charAt(0).toLowerCase() + name.slice(1),
        hide: compile(model, reference, name),
      },
    ]),
  );
  return (value, tell) => {
    if (!isObject(value)) return hideAll(value, tell);
    // Labels are the model's own, whatever the value is called in what was sent.
    const shown: Record<string, unknown> = {};
    for (const name of Object.keys(value)) {
      const part = value[name];
      const member = members.get(name);
      if (!member) tell(part);
      else if (part !== undefined && part !== null) shown[member.label] = member.hide(part, tell);
    }
    return shown;
  };
}

function list(hide: Hide): Hide {
  return (value, tell) =>
    Array.isArray(value) ? value.slice(0, MOST_ITEMS).map((item) => hide(item, tell)) : hideAll(value, tell);
}

function map(hide: Hide): Hide {
  return (value, tell) =>
    isObject(value)
      ? Object.fromEntries(
          Object.entries(value)
            .slice(0, MOST_ITEMS)
            .map(([key, item]) => [cut(key), hide(item, tell)]),
        )
      : hideAll(value, tell);
}

function simple({ type }: Shape): Hide {
  switch (type) {
    case 'string':
      return (value, tell) => (typeof value === 'string' ? cut(value) : hideAll(value, tell));
    case 'boolean':
      return (value, tell) => (typeof value === 'boolean' ? value : hideAll(value, tell));
    case 'timestamp':
      return (value, tell) =>
        value instanceof Date || typeof value === 'number' ? value : hideAll(value, tell);
    // Pictures.
    case 'blob':
      return hideAll;
    default:
      return (value, tell) => (typeof value === 'number' ? value : hideAll(value, tell));
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

function cut(text: string): string {
  return text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}...` : text;
}

/** Every text within a value. */
function gather(value: unknown, into: Set<string>, levels = MOST_LEVELS): void {
  if (typeof value === 'string') {
    if (value.length >= SHORTEST_REMOVED) into.add(value);
  } else if (levels > 0 && typeof value === 'object' && value !== null)
    for (const part of Object.values(value)) gather(part, into, levels - 1);
}
