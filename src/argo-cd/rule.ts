import type { Manifest, Path } from './manifest.ts';

/** `error`: it opens a way around the gate, or ends where nobody asks. `warning`: it works, and will annoy or mislead. */
export type Severity = 'error' | 'warning';

/** One place where a rule is broken. */
export interface Sight {
  /** What stands there. */
  readonly what: string;
  readonly at: Path;
}

/** One setting that goes wrong, with the reason and the mend; `find` tells where a subject has it. */
export interface Rule<Subject> {
  /** Path-like, stable: `hook/delete-policy`. */
  readonly id: string;
  readonly severity: Severity;
  /** What happens because of it. */
  readonly why: string;
  /** What to write instead. */
  readonly mend: string;
  readonly find: (subject: Subject) => readonly Sight[];
}

/** A broken rule, ready to be told. */
export interface Finding {
  readonly rule: string;
  readonly severity: Severity;
  readonly file: string;
  readonly line: number;
  /** Kind and name of the object. */
  readonly object: string;
  readonly what: string;
  readonly why: string;
  readonly mend: string;
}

/**
 * The findings of a table of rules on one object.
 *
 * @param root where the subject stands in the manifest, such as the template of an ApplicationSet
 */
export function findingsOf<Subject>(
  rules: readonly Rule<Subject>[],
  subject: Subject,
  manifest: Manifest,
  root: Path = [],
): readonly Finding[] {
  return rules.flatMap(({ id, severity, why, mend, find }) =>
    find(subject).map(({ what, at }) => ({
      rule: id,
      severity,
      file: manifest.file,
      line: manifest.lineOf([...root, ...at]),
      object: `${manifest.kind} ${manifest.name}`,
      what,
      why,
      mend,
    })),
  );
}
