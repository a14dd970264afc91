/** In the order in which they are looked for: a browser names those that it descends from, and Android names Linux. */
const SYSTEMS: readonly [RegExp, string][] = [
  [/\biPad\b/, 'iPadOS'],
  [/\biPhone\b|\biOS\b/, 'iOS'],
  [/\bAndroid\b|\bokhttp\b/, 'Android'],
  [/\bWindows\b/, 'Windows'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\bMacintosh\b|\bDarwin\b|\bmacos\b/, 'macOS'],
  [/\bLinux\b|\blinux\b/, 'Linux'],
];
const PROGRAMS: readonly [RegExp, string][] = [
  [/\baws-sdk-|\baws-cli\/|\bBoto3\/|\baws-amplify/, 'application'],
  [/\bEdgi?A?\//, 'Edge'],
  [/\bOPR\//, 'Opera'],
  [/\bFirefox\/|\bFxiOS\//, 'Firefox'],
  [/\bChrome\/|\bCriOS\//, 'Chrome'],
  [/\bSafari\//, 'Safari'],
];

/** What a person knows a device by, `Firefox on Windows`; `unknown` for what says nothing. */
export function deviceOf(userAgent: string): string {
  const find = (list: readonly [RegExp, string][]) => list.find(([pattern]) => pattern.test(userAgent))?.[1];
  const [program, system] = [find(PROGRAMS), find(SYSTEMS)];
  return program && system ? `${program} on ${system}` : (program ?? system ?? 'unknown');
}
