/** Errors of a TLS handshake, and what a person can do about each. */
const TLS_HINTS: Readonly<Record<string, string>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: authority(),
  SELF_SIGNED_CERT_IN_CHAIN: authority(),
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: authority(),
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: authority(),
  ERR_TLS_CERT_ALTNAME_INVALID: 'ask the gate under a name that its certificate has',
  CERT_HAS_EXPIRED: 'renew the gate’s certificate',
  CERT_NOT_YET_VALID: 'mend the clock of the node, or of who signed it',
};

function authority(): string {
  return 'if it was signed by an authority of your own, name that in NODE_EXTRA_CA_CERTS (the chart’s tidegate.ca)';
}

/** Why a request came to nothing, as a sentence: the gate's address, what went wrong, and what to do where that is known. */
export function fetchCause(error: unknown, { origin }: URL): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return `no answer from ${origin} in time`;
  const { message, code } = rootOf(error);
  const hint = code === undefined ? undefined : TLS_HINTS[code];
  if (hint === undefined) return `${origin} can't be reached: ${message}`;
  return `the certificate of ${origin} is not trusted: ${message}; ${hint}`;
}

/** The innermost error that says something: fetch itself says only that it failed, and of several addresses each has its own. */
function rootOf(error: Error): { readonly message: string; readonly code?: string } {
  const { cause, message } = error;
  if (error instanceof AggregateError && message === '') {
    const texts = error.errors.map((one: unknown) => (one instanceof Error ? one.message : String(one)));
    return { message: texts.join(', ') };
  }
  if (cause instanceof Error) {
    const inner = rootOf(cause);
    if (inner.message !== '') return inner;
  }
  const { code } = error as NodeJS.ErrnoException;
  return { message, ...(code !== undefined && { code }) };
}
