/** Signature wrapping: what somebody makes of an answer that was signed for them, to be somebody else. */
import assert from 'node:assert/strict';
import type { AskedBy, SamlIdentityProvider } from './saml-identity-provider.ts';
import { enveloped, signatureOf } from './saml-signature.ts';

export const SIGNATURE = /<ds:Signature .*<\/ds:Signature>/s;
export const ASSERTION = /<saml:Assertion .*<\/saml:Assertion>/s;
export const part = (pattern: RegExp, xml: string) => pattern.exec(xml)?.[0] ?? assert.fail('nothing there');
export const without = (xml: string, piece: string) => xml.replace(piece, '');
const renamed = (xml: string) => xml.replace(/ ID="_/, ' ID="_evil');
const into = (xml: string, tag: string, inside: string) => xml.replace(tag, () => `${inside}${tag}`);
const extensions = (inside: string) => `<samlp:Extensions>${inside}</samlp:Extensions>`;

/** Otto's own assertion, signed; and the one that he would like to have, Maria's, which nobody signed. */
export function pieces(idp: SamlIdentityProvider, asked: AskedBy) {
  const bare = idp.assertion('otto', asked);
  const signature = signatureOf(bare, idp.keys);
  const evil = renamed(idp.assertion('maria', asked));
  const outer = (inside: string) => idp.response(inside, asked);
  return { bare, signature, signed: enveloped(bare, signature), evil, outer };
}

/** The same with a signed response. */
export function responsePieces(idp: SamlIdentityProvider, asked: AskedBy) {
  const bare = idp.response(idp.assertion('otto', asked), asked);
  const signature = signatureOf(bare, idp.keys);
  const evil = renamed(idp.response(idp.assertion('maria', asked), asked));
  return { bare, signature, signed: enveloped(bare, signature), evil };
}

/** After Somorovsky et al., "On Breaking SAML: Be Whoever You Want to Be" (2012). */
export const WRAPPED: Record<string, (idp: SamlIdentityProvider, asked: AskedBy) => string> = {
  'a response around the signed one, which is in the signature'(idp, asked) {
    const { bare, signature, evil } = responsePieces(idp, asked);
    return enveloped(evil, into(signature, '</ds:Signature>', bare));
  },
  'a response around the signed one, which is before the signature'(idp, asked) {
    const { bare, signature, evil } = responsePieces(idp, asked);
    return enveloped(evil, bare + signature);
  },
  'an assertion before the signed one'(idp, asked) {
    const { signed, evil, outer } = pieces(idp, asked);
    return outer(evil + signed);
  },
  'an assertion around the signed one'(idp, asked) {
    const { signed, evil, outer } = pieces(idp, asked);
    return outer(into(evil, '</saml:Assertion>', signed));
  },
  'an assertion that carries the signature, before the signed one'(idp, asked) {
    const { bare, signature, evil, outer } = pieces(idp, asked);
    return outer(enveloped(evil, signature) + bare);
  },
  'an assertion that carries the signature, which holds the signed one'(idp, asked) {
    const { bare, signature, evil, outer } = pieces(idp, asked);
    return outer(enveloped(evil, into(signature, '</ds:Signature>', bare)));
  },
  'an assertion in Extensions, before the signed one'(idp, asked) {
    const { signed, evil, outer } = pieces(idp, asked);
    return outer(extensions(evil) + signed);
  },
  'an assertion that carries the signature, which holds the signed one in an Object'(idp, asked) {
    const { bare, signature, evil, outer } = pieces(idp, asked);
    const object = `<ds:Object>${bare}</ds:Object>`;
    return outer(enveloped(evil, into(signature, '</ds:Signature>', object)));
  },
};
