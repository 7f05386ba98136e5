/** A person's word that a finding may stand for a while. */
export interface Waiver {
  /** As reasons name it: `disruption-budget/shop/cart`. */
  readonly finding: string;
  /** On this cluster only; everywhere when absent. */
  readonly cluster?: string;
  readonly reason: string;
  readonly owner: string;
  /** Epoch milliseconds. */
  readonly expires: number;
}

/** The waiver of a finding on a cluster: one that is in force, else the one that ended last. */
export function waiverOf(waivers: readonly Waiver[], finding: string, cluster: string): Waiver | undefined {
  return waivers
    .filter((waiver) => waiver.finding === finding && (waiver.cluster ?? cluster) === cluster)
    .reduce<Waiver | undefined>((last, one) => (last && last.expires >= one.expires ? last : one), undefined);
}
