/**
 * How long whoever asks a store on another machine waits, in milliseconds, from the question to an answer or to
 * Unavailable: a person looks at the page meanwhile. Each driver spends it on its own steps.
 */
export const PATIENCE_MS = 2000;
