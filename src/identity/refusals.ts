/** A caller who was turned away. */
export interface Refusal {
  /** `identity/missing`, `identity/right`, `identity/scope` ... */
  readonly code: string;
  /** Address of the other end, as far as the connection shows it. */
  readonly remote: string;
  /** Name of its token, where it showed one that the gate knows. */
  readonly caller?: string;
  readonly method: string;
  /** Without the query. */
  readonly path: string;
}

/** A refusal that is reported, with how many were not since the last report of its kind. */
export type ReportedRefusal = Refusal & { readonly unreported: number };

/** How often one kind is reported, and how many kinds are told apart in that time. */
const REPORT_EVERY_MS = 60_000;
const MOST_KINDS = 20;

interface Kind {
  at: number;
  unreported: number;
}

/**
 * Reports refusals, for the audit log: each kind (reason, address and token) at once, then at most once a minute with a
 * count. Of more than 20 kinds a minute the others are one kind: however many hammer on the door from wherever, the log
 * grows by 21 entries a minute at most.
 *
 * @param report must not throw; it is not waited for
 * @param now    epoch milliseconds
 */
export function createRefusals(
  report: (refusal: ReportedRefusal) => void,
  now: () => number,
): (refusal: Refusal) => void {
  const kinds = new Map<string, Kind>();
  const others: Kind = { at: Number.NEGATIVE_INFINITY, unreported: 0 };
  return (refusal) => {
    const at = now();
    const key = JSON.stringify([refusal.code, refusal.remote, refusal.caller]);
    if (!kinds.has(key) && kinds.size >= MOST_KINDS) forgetBefore(kinds, others, at - REPORT_EVERY_MS);
    const kind = kinds.get(key) ?? (kinds.size < MOST_KINDS ? newKind(kinds, key) : others);
    if (at - kind.at < REPORT_EVERY_MS) {
      kind.unreported += 1;
      return;
    }
    const { unreported } = kind;
    kind.at = at;
    kind.unreported = 0;
    report({ ...refusal, unreported });
  };
}

function newKind(kinds: Map<string, Kind>, key: string): Kind {
  const kind = { at: Number.NEGATIVE_INFINITY, unreported: 0 };
  kinds.set(key, kind);
  return kind;
}

/** What was counted and not told goes on with the others. */
function forgetBefore(kinds: Map<string, Kind>, others: Kind, at: number): void {
  for (const [key, kind] of kinds) {
    if (kind.at > at) continue;
    others.unreported += kind.unreported;
    kinds.delete(key);
  }
}
