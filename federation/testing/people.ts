/** Who has an account at the vendors of this folder. */
export interface Person {
  id: string;
  givenName: string;
  familyName: string;
  email: string;
  verified: boolean;
}

const PEOPLE: Record<string, Person> = {
  maria: {
    id: '10157003',
    givenName: 'Maria',
    familyName: 'Ruiz',
    email: 'maria@example.com',
    verified: true,
  },
  otto: { id: '10157004', givenName: 'Otto', familyName: 'Øst', email: 'otto@example.com', verified: false },
};

export function person(who: string): Person {
  const found = PEOPLE[who];
  if (!found) throw new Error(`There is no ${who}`);
  return found;
}

export const fullName = ({ givenName, familyName }: Person) => `${givenName} ${familyName}`;
