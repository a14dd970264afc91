/** RFC 7591 section 3.2.2, RFC 6750 section 3.1, and what both leave to OAuth itself. */
const STATUSES = {
  invalid_redirect_uri: 400,
  invalid_client_metadata: 400,
  invalid_request: 400,
  invalid_token: 401,
  insufficient_scope: 403,
  access_denied: 403,
} as const;

/** A request to register that is answered with an error. Its message is for whoever wrote the request. */
export class RegistrationFault extends Error {
  override name = 'RegistrationFault';
  readonly code: keyof typeof STATUSES;

  constructor(code: keyof typeof STATUSES, message: string) {
    super(message);
    this.code = code;
  }

  get status(): number {
    return STATUSES[this.code];
  }
}
