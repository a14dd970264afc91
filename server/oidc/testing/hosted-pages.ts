/** Stands in for the hosted pages: says as JSON what a page would show. */
import type { HostedPages } from '../interaction.ts';

export const pages: HostedPages = {
  async showError(ctx, { error, clientId }) {
    ctx.status = 400;
    ctx.body = { page: 'error', error, clientId };
  },
  leaveThrough: async () => undefined,
  sendForm(ctx, form) {
    ctx.body = { page: 'form', ...form };
  },
  signOut: {
    ask(ctx, asked) {
      ctx.body = { page: 'sign-out', ...asked };
    },
    answer(_, form) {
      const fields = new URLSearchParams(form);
      const answer = fields.get('answer');
      fields.delete('answer');
      return answer === 'leave' || answer === 'stay' ? { answer, query: fields.toString() } : undefined;
    },
    stayed(ctx) {
      ctx.body = { page: 'stayed' };
    },
    leaveElsewhere(ctx, leaving) {
      ctx.body = { page: 'leave-elsewhere', ...leaving };
    },
  },
};
