/** The address of a service that `npm test` starts. A missing one fails the tests: what was not run is not proven. */
export function serviceAddress(variable: 'REDIS_URL' | 'MONGODB_URI'): string {
  const address = process.env[variable];
  if (address) return address;
  throw new Error(
    `${variable} is not set: run \`npm test\`, which starts the service, or set it to one for tests`,
  );
}
