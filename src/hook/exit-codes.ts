/**
 * How a hook ends. Everything but 0 stops a rollout. In the Jobs 42, 43, 45, 46 and 64 fail at once, 44 is tried again.
 * They lie outside 1, 2 and 126 and above, which shells, runtimes and Kubernetes use; 64 is EX_USAGE of sysexits.
 */
export const EXIT_CODES = {
  go: 0,
  halt: 42,
  hold: 43,
  'no-answer': 44,
  'identity-refused': 45,
  inconclusive: 46,
  usage: 64,
} as const;

export type HookEnd = keyof typeof EXIT_CODES;
