/**
 * Loaded into a Foyer under test before anything else (`--import`): moves its time on request, so that what expires in
 * an hour is tested without waiting. `Date.now()` and `new Date()` both move, because libraries read either; timers do
 * not. It also ends the process when the test that started it is gone.
 */
const RealDate = Date;
const realNow = Date.now;
let shiftedBy = Number(process.env.CLOCK_SHIFTED_BY_MS ?? 0);

const now = () => realNow() + shiftedBy;
RealDate.now = now;
// A proxy, so that dates made before, or by Node itself, are still `instanceof Date`.
globalThis.Date = new Proxy(RealDate, {
  construct: (target, args, newTarget) => Reflect.construct(target, args.length ? args : [now()], newTarget),
  apply: () => new RealDate(now()).toString(),
});

process.on('message', (message) => {
  if (typeof message?.shiftClockBy !== 'number') return;
  shiftedBy += message.shiftClockBy;
  process.send?.({ clockShiftedBy: shiftedBy });
});
process.on('disconnect', () => process.exit());
// Listening must not keep a Foyer alive that has stopped.
process.channel?.unref();
