import { after, before, mock } from 'node:test';

/** Time that stands still for a group of tests; the function that is returned moves it by milliseconds. */
export function mockTime(): (ms: number) => void {
  let now = Date.now();
  before(() => mock.timers.enable({ apis: ['Date'], now }));
  after(() => mock.timers.reset());
  return (ms) => {
    now += ms;
    mock.timers.setTime(now);
  };
}
