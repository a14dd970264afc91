import { after } from 'node:test';
import { openTestService, type TestService } from './open-service.ts';

const opened: TestService[] = [];
after(async () => {
  for (const { stores } of opened) await stores.close();
});

/** A service for the tests of a file, closed when they have ended. */
export async function newService(): Promise<TestService> {
  const api = await openTestService();
  opened.push(api);
  return api;
}
