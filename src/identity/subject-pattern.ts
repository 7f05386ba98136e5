/** What a star stands for; nothing that would break a line of a log, either. */
const PART = '[^:/\\p{C}]+';

/**
 * Whether a subject is one of those that a pattern allows, in which `*` stands for one or more characters but `:` and `/`.
 *
 * A star stays within its part, so that no part of a name that others choose (a branch, an environment) can pose as the
 * parts behind it.
 */
export function isSubject(pattern: string, subject: string): boolean {
  const parts = pattern.split('*').map((text) => text.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`));
  return new RegExp(`^${parts.join(PART)}$`, 'u').test(subject);
}
