import { RIGHTS, type Right } from '../domain/rights.ts';

/** What each right allows, for people. */
export const RIGHT_WORDS: Readonly<Record<Right, string>> = {
  hook: 'ask for a verdict before a sync',
  sync: 'report that a sync ended',
  probe: 'report what a functional test found',
  webhook: 'make the gate look now',
  read: 'read the ledger, the audit log, the pages and the metrics',
  freeze: 'stop a part of the fleet, and thaw it',
  override: 'decide a run by a person’s word',
  retry: 'open another attempt',
  acknowledge: 'take note of what happened without the gate',
  adopt: 'record what is deployed already',
  fix: 'ask with `intent: fix`, past waves, budgets and baselines',
};

/** Who holds a token. */
export const TOKEN_KINDS = ['hook', 'ci', 'capability', 'webhook', 'reader', 'person'] as const;
export type TokenKind = (typeof TOKEN_KINDS)[number];

/** The rights of each kind; a token may be given less of them, never more. */
export const RIGHTS_OF_KIND: Readonly<Record<TokenKind, readonly Right[]>> = {
  // What runs in a cluster never decides about itself.
  hook: ['hook', 'sync', 'probe', 'read'],
  // It asks before a sync and reads what came of it; what is on a cluster is told from there.
  ci: ['hook', 'read'],
  // The secret part of an address, for one app on one cluster.
  capability: ['hook', 'sync'],
  webhook: ['webhook'],
  reader: ['read'],
  person: RIGHTS.filter((right) => right !== 'webhook'),
};

/** The table of rights as Markdown: what each allows, and which kinds of tokens can hold it. */
export function rightsTable(): string {
  const rows = RIGHTS.map((right) => {
    const marks = TOKEN_KINDS.map((kind) => (RIGHTS_OF_KIND[kind].includes(right) ? 'yes' : ''));
    return `| \`${right}\` | ${RIGHT_WORDS[right]} | ${marks.join(' | ')} |`;
  });
  return [
    `| right | allows to | ${TOKEN_KINDS.join(' | ')} |`,
    `| --- | --- | ${TOKEN_KINDS.map(() => '---').join(' | ')} |`,
    ...rows,
  ].join('\n');
}
