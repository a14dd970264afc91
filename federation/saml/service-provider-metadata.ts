import { DS, METADATA, POST, SAMLP } from './elements.ts';
import { entityIdOf, escaped } from './messages.ts';

export interface ServiceProvider {
  poolId: string;
  /** `https://<domain>/saml2/idpresponse`. */
  callbackUrl: string;
  /** `https://<domain>/saml2/logout`. */
  logoutUrl: string;
  /** The pool's signing certificate, PEM. */
  certificate: string;
}

/** What an administrator of an identity provider gives it to know a pool by: `application/samlmetadata+xml`. */
export function serviceProviderMetadata({
  poolId,
  callbackUrl,
  logoutUrl,
  certificate,
}: ServiceProvider): string {
  const base64 = certificate.replaceAll(/-----[A-Z ]+-----|\s/g, '');
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<md:EntityDescriptor xmlns:md="${METADATA}" entityID="${escaped(entityIdOf(poolId))}">`,
    `  <md:SPSSODescriptor AuthnRequestsSigned="false" WantAssertionsSigned="true" protocolSupportEnumeration="${SAMLP}">`,
    '    <md:KeyDescriptor use="signing">',
    `      <ds:KeyInfo xmlns:ds="${DS}"><ds:X509Data><ds:X509Certificate>${base64}</ds:X509Certificate></ds:X509Data></ds:KeyInfo>`,
    '    </md:KeyDescriptor>',
    `    <md:SingleLogoutService Binding="${POST}" Location="${escaped(logoutUrl)}"/>`,
    '    <md:NameIDFormat>urn:oasis:names:tc:SAML:2.0:nameid-format:persistent</md:NameIDFormat>',
    `    <md:AssertionConsumerService Binding="${POST}" Location="${escaped(callbackUrl)}" index="1" isDefault="true"/>`,
    '  </md:SPSSODescriptor>',
    '</md:EntityDescriptor>',
    '',
  ].join('\n');
}
