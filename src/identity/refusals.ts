/** A caller who was turned away. */
export interface Refusal {
  /** `identity/missing`, `identity/refused`, `identity/host`. */
  readonly code: string;
  /** Address of the other end, as far as the connection shows it. */
  readonly remote: string;
  readonly method: string;
  /** Without the query. */
  readonly path: string;
}

/** A refusal that is reported, with how many of its kind were not since the last report. */
export type ReportedRefusal = Refusal & { readonly unreported: number };

/** How often one address is reported for one reason, and how many are told apart. */
const REPORT_EVERY_MS = 60_000;
const MOST_KINDS = 1_000;

/**
 * Reports refusals, for the audit log: each kind (reason and address) at once, then at most once a minute with a count,
 * so that whoever hammers on the door does not fill the log.
 *
 * @param report must not throw; it is not waited for
 * @param now    epoch milliseconds
 */
export function createRefusals(
  report: (refusal: ReportedRefusal) => void,
  now: () => number,
): (refusal: Refusal) => void {
  const kinds = new Map<string, { at: number; unreported: number }>();
  return (refusal) => {
    const at = now();
    if (kinds.size >= MOST_KINDS) forgetBefore(kinds, at - REPORT_EVERY_MS);
    const own = `${refusal.code} ${refusal.remote}`;
    const key = kinds.has(own) || kinds.size < MOST_KINDS ? own : 'others';
    const kind = kinds.get(key);
    if (kind && at - kind.at < REPORT_EVERY_MS) {
      kind.unreported += 1;
      return;
    }
    kinds.set(key, { at, unreported: 0 });
    report({ ...refusal, unreported: kind?.unreported ?? 0 });
  };
}

function forgetBefore(kinds: Map<string, { at: number }>, at: number): void {
  for (const [key, kind] of kinds) {
    if (kind.at < at) kinds.delete(key);
  }
}
