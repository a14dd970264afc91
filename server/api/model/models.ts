/**
 * The service's own description of its API: operations, shapes, and what each input must be. The three JSON files are
 * facts and are not edited; where Foyer must differ, `overrides.ts` says so. Nothing here knows what an operation does.
 */
import { readFileSync } from 'node:fs';
import { OPERATION_OVERRIDES, SHAPE_OVERRIDES } from './overrides.ts';

/** A shape as the files describe it. */
export interface Shape {
  type:
    | 'structure'
    | 'list'
    | 'map'
    | 'string'
    | 'integer'
    | 'long'
    | 'double'
    | 'boolean'
    | 'timestamp'
    | 'blob';
  members?: Record<string, string | { shape: string }>;
  required?: string[];
  /** Of lists. */
  member?: string;
  /** Of maps. */
  key?: string;
  value?: string;
  min?: number;
  max?: number;
  /** A Java regular expression that the whole value must match. */
  pattern?: string;
  /** The same pattern in a form that is judged in linear time; see `overrides.ts`. */
  linearPattern?: string;
  enum?: string[];
  sensitive?: boolean;
}

export interface ModelOperation {
  input: string;
  output?: string;
  errors: string[];
  /** `none`: the call needs no signature. */
  auth?: 'none';
}

export interface Model {
  service: 'cognito-idp' | 'cognito-identity' | 'cognito-sync';
  /** What `X-Amz-Target` begins with; sync has none, its operations are paths. */
  targetPrefix?: string;
  operations: Record<string, ModelOperation>;
  shapes: Record<string, Shape>;
}

export const USER_POOLS = loadModel('cognito-idp');
export const IDENTITY_POOLS = loadModel('cognito-identity');
export const SYNC = loadModel('cognito-sync');

function loadModel(service: Model['service']): Model {
  const file = new URL(`./${service}.json`, import.meta.url);
  const model = JSON.parse(readFileSync(file, 'utf8')) as Model;
  for (const [name, override] of Object.entries(SHAPE_OVERRIDES[service] ?? {})) {
    const shape = model.shapes[name];
    if (!shape) throw new Error(`The model of ${service} has no shape ${name} to override`);
    Object.assign(shape, override);
  }
  for (const [name, override] of Object.entries(OPERATION_OVERRIDES[service] ?? {})) {
    const operation = model.operations[name];
    if (!operation) throw new Error(`The model of ${service} has no operation ${name} to override`);
    Object.assign(operation, override);
  }
  return model;
}

/** The shape that a member names. */
export function shapeOf(model: Model, reference: string | { shape: string }): Shape {
  const name = typeof reference === 'string' ? reference : reference.shape;
  const shape = model.shapes[name];
  if (!shape) throw new Error(`The model of ${model.service} has no shape ${name}`);
  return shape;
}
