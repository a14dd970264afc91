/** Holds whoever passes while it is closed, so that a test decides what comes first. */
export interface Gate {
  /** Waits while the gate is closed. */
  pass(): Promise<void>;
  close(): void;
  open(): void;
  /** Somebody waits at the closed gate. */
  reached(): Promise<void>;
}

export function openGate(): Gate {
  let held = Promise.resolve();
  let release = () => {};
  let arrived = () => {};
  const arrival = new Promise<void>((resolve) => {
    arrived = resolve;
  });
  let closed = false;
  return {
    async pass() {
      if (closed) arrived();
      await held;
    },
    close() {
      closed = true;
      held = new Promise((resolve) => {
        release = resolve;
      });
    },
    open() {
      closed = false;
      release();
    },
    reached: () => arrival,
  };
}
