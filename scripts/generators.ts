/**
 * The scripts that write generated documents. Each writes its files when run, and with `--check` exits 1, naming
 * them, when they are out of date. A new one needs only its line here.
 */
export const generators = ['server/settings/document.ts', 'server/api/document.ts', 'scripts/behaviours.ts'];
