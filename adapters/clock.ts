/** What a store asks for the time. The server's own clock has this shape; a test gives one that it can move. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
}
