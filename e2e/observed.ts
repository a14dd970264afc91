/** How tests read what Foyer tells its operator: lines of the audit, and metrics. */
import assert from 'node:assert/strict';

export interface AuditLine {
  audit: true;
  time: string;
  worker?: number;
  eventName: string;
  eventType: string;
  eventTime: string;
  eventID: string;
  outcome: string;
  errorCode?: string;
  errorMessage?: string;
  requestID: string;
  sourceIPAddress: string;
  userAgent: string | null;
  userIdentity: { type: string; accessKeyId?: string };
  requestParameters: Record<string, unknown> | null;
  additionalEventData: { userPoolId?: string; clientId?: string; sub?: string };
}

export const isCall = ({ eventType }: AuditLine) => eventType === 'AwsApiCall';

/** The numbers by name and labels, as the port shows them. */
export async function metricsAt(port: number): Promise<Map<string, number>> {
  const response = await fetch(`http://127.0.0.1:${port}/metrics`);
  assert.equal(response.status, 200);
  assert.match(response.headers.get('content-type') ?? '', /^text\/plain; version=0\.0\.4/);
  const lines = (await response.text()).split('\n').filter((line) => line && !line.startsWith('#'));
  return new Map(
    lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ')))]),
  );
}
