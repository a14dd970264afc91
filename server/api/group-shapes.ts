/** Groups -> the API's own shapes. */
import type { GroupType } from '@aws-sdk/client-cognito-identity-provider';
import type { Group } from '../accounts/groups/find-group.ts';

/** What was never said of a group is left out. Its key shows nowhere. */
export function groupShape(UserPoolId: string, group: Group): GroupType {
  return {
    GroupName: group.name,
    UserPoolId,
    Description: group.description,
    RoleArn: group.roleArn,
    Precedence: group.precedence,
    CreationDate: new Date(group.createdAt),
    LastModifiedDate: new Date(group.modifiedAt),
  };
}
