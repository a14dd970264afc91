import { CSRF_FIELD, type Csrf } from './csrf.ts';
import { drawnChoices } from './federation/draw-choices.ts';
import { describeField } from './fields.ts';
import type { FlowAddress } from './links.ts';
import { imageSource } from './page-headers.ts';
import { present } from './present.ts';
import type { PageError } from './sentences.ts';
import type { Input, Step, Visit } from './step.ts';
import type { Visits } from './visit.ts';

export interface Showing {
  address: FlowAddress;
  csrf: Csrf;
  visits: Visits;
}

/** Why the page is shown again, and what was typed. */
export interface Failed {
  input: Input;
  errors: PageError[];
  status: number;
}

/** Answers with the page: its form, and the proof that the form is ours. */
export async function showStep(at: Showing, step: Step, visit: Visit, failed?: Failed): Promise<void> {
  const { address, csrf, visits } = at;
  const { ctx, t, remembered, links, offers, choices } = visit;
  const { notice } = remembered;
  const errors = failed?.errors ?? [];
  const errorAt = (name: string) => errors.find(({ field }) => field === name)?.text;
  const shown = await step.show(visit);
  present(ctx, visits.frame(visit), step.name, {
    username: undefined,
    ...shown,
    ...(failed && { status: failed.status, failed: true }),
    action: links[step.name],
    csrf: { name: CSRF_FIELD, value: csrf.token(ctx) },
    links,
    offers,
    choices: drawnChoices(t, choices, address),
    errors,
    notice: !failed && notice?.page === step.name ? t.notices[notice.name] : undefined,
    fields: step
      .fields(visit)
      .map((field) => describeField(field, failed && { ...failed, error: errorAt(field.name) })),
  });
  if (shown.image) imageSource(ctx, shown.image);
}
