import { providerContract } from '../contract.ts';
import { CALLBACK, samlStory } from '../testing/saml-story.ts';

providerContract('SAML', async () => {
  const story = samlStory();
  const provider = story.open();
  return {
    provider,
    callbackUrl: CALLBACK,
    async comeBack(who, state) {
      const { asked, kept } = await story.ask(provider, state);
      const denied = { status: 'urn:oasis:names:tc:SAML:2.0:status:Responder' };
      const parameters =
        who === 'nobody' ? story.idp.answer('maria', asked, denied) : story.idp.answer(who, asked);
      return { method: 'POST', parameters: { ...parameters }, callbackUrl: CALLBACK, kept, state };
    },
    subjects: { maria: '10157003', otto: '10157004' },
    attributes: { displayName: 'Maria Ruiz' },
    secrets: [story.ours.privateKey],
    close: async () => story.environment.outgoing.close(),
  };
});
