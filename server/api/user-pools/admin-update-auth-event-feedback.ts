import type {
  AdminUpdateAuthEventFeedbackCommandInput,
  AdminUpdateAuthEventFeedbackCommandOutput,
} from '@aws-sdk/client-cognito-identity-provider';
import { findPool } from '../../configuration/find-pool.ts';
import { Refusal } from '../../errors.ts';
import type { Operation } from '../operation.ts';

/** SEC-188: threat protection is off in every pool, so no events are kept. */
export const adminUpdateAuthEventFeedback: Operation<
  AdminUpdateAuthEventFeedbackCommandInput,
  AdminUpdateAuthEventFeedbackCommandOutput
> = {
  name: 'AdminUpdateAuthEventFeedback',
  access: 'signed',
  unconfigured: true,
  async run({ directory }, { UserPoolId }) {
    await findPool(directory, UserPoolId);
    throw new Refusal('threat-protection-off');
  },
};
