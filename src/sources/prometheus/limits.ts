/**
 * Sizes of one question to a store. An `observe` is five questions (events, exposure, states and values, alerts, the
 * store's clock), and two more at most while rules have no history yet, as long as its clusters fit one matcher and its
 * samples one answer: about 1,000 clusters with names of 30 characters and 20 series, and 500 clusters of 40 series for 50 minutes.
 * Beyond that each of the first three is asked once per chunk, and the alerts once per matcher.
 */
export const LIMITS = {
  /** Points of one series in one answer: Prometheus refuses range queries above 11,000. */
  pointsPerSeries: 11_000,
  /** Points of all series in one answer; about 25 bytes of JSON each. */
  pointsPerAnswer: 1_000_000,
  /** Series in one answer: reading more of them in one go would keep everybody else waiting. */
  seriesPerAnswer: 20_000,
  /** Characters of the cluster matcher. */
  matcherChars: 32_768,
  /** Characters of the cluster matcher in a question for facts, which holds it in every selector; longer ones ask for all. */
  factsMatcherChars: 1_024,
  /** Characters of an expression that is evaluated live. */
  queryChars: 65_536,
  /** Bytes of an answer, unpacked; more is refused. */
  answerBytes: 64 * 1024 * 1024,
  /** Chunks under way at once, three questions each. */
  concurrency: 2,
} as const;
