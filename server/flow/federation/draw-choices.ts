import { assetUrl } from '../assets.ts';
import type { FlowAddress } from '../links.ts';
import { say, type Texts } from '../texts/texts.ts';
import type { Choices } from './choices.ts';

/** Providers whose makers say how a button must look: their colours and mark are in `foyer.css` and `public/`. */
const MARKS: Record<string, string | undefined> = {
  Google: 'google.svg',
  Facebook: 'facebook.svg',
  SignInWithApple: 'apple.svg',
  LoginWithAmazon: undefined,
};

/** The choices as the page draws them. */
export function drawnChoices(t: Texts, { buttons, email }: Choices, { mountPath }: FlowAddress) {
  const labels: Record<string, string> = t.signIn.providers;
  return {
    email,
    buttons: buttons.map(({ name, type, href }) => {
      const social = Object.hasOwn(MARKS, type);
      const mark = social ? MARKS[type] : undefined;
      return {
        href,
        social,
        style: social ? `provider-${type.toLowerCase()}` : '',
        label: social ? (labels[type] ?? name) : say(t.signIn.providers.other, { name }),
        logo: mark && assetUrl(mountPath, mark),
      };
    }),
  };
}
