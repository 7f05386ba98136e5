/** At or below this chance of a false alarm the soak is extended, and go waits until it has passed. */
export const SUSPICION = 0.05;
