export { freePort } from '../adapters/testing/free-port.ts';
