/** An object of the file that may still be wrong in its shape. */
export interface Draft {
  readonly path: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** The names of objects, as far as they are texts. */
export function namesOf(drafts: readonly Draft[]): string[] {
  return drafts.flatMap(({ fields: { name } }) => (typeof name === 'string' ? [name] : []));
}
