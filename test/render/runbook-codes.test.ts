import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { CATALOGUE } from '../../src/catalogue/catalogue.ts';
import { REASONS } from '../../src/domain/verdict.ts';
import { readPages } from '../../src/publish/files.ts';

const ROOT = join(import.meta.dirname, '../..');

/** What codes begin with: those of the reasons, and words that a page might make up for what the gate does not do. */
const PREFIXES = new Set([
  ...Object.keys(REASONS).map((code) => code.split('/')[0] ?? code),
  ...['fleet', 'freeze', 'budget', 'rollout', 'cluster', 'preflight', 'config', 'dependency'],
]);

/** Codes of refusals: what an error is made with anywhere in the source. */
const PROBLEMS = new Set(
  readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .flatMap((file) => [
      ...readFileSync(join(ROOT, 'src', file), 'utf8').matchAll(/Error\(\s*'([a-z-]+\/[a-z-]+)'/g),
    ])
    .map(([, code = '']) => code),
);

const SIGNALS = new Set(CATALOGUE.map(({ id }) => id));

function codesIn(text: string): readonly string[] {
  const prose = text.replaceAll(/^```.*?^```/gms, '');
  return [...prose.matchAll(/`([a-z-]+\/[a-z/-]*)`/g)]
    .map(([, code = '']) => code)
    .filter((code) => PREFIXES.has(code.split('/')[0] ?? code));
}

function isKnown(code: string): boolean {
  const reasons = Object.keys(REASONS);
  if (reasons.includes(code) || PROBLEMS.has(code)) return true;
  // A family of codes: "everything of `data/`".
  if (code.endsWith('/')) return reasons.some((reason) => reason.startsWith(code));
  return reasons.some(
    (reason) => code.startsWith(`${reason}/`) && SIGNALS.has(code.slice(reason.length + 1)),
  );
}

test.each([
  ['alert/firing', true],
  ['regression/dns-latency', true],
  ['data/', true],
  ['run/not-newest', true],
  ['fleet/sunk', false],
  ['regression/no-such-signal', false],
  ['baseline/sick', false],
  ['nonsense/', false],
])('the gate says %s: %s', (code, known) => {
  expect(isKnown(code)).toBe(known);
});

test('what is a path, a label or in a block of commands is no code', () => {
  const text =
    'See `addon/vpc-cni`, `/dev/xvda`, `alert/firing`.\n```sh\necho `run/away`\n```\nand `fleet/incident`';

  expect(codesIn(text)).toEqual(['alert/firing', 'fleet/incident']);
});

test('runbooks name only codes that the gate says', async () => {
  const pages = await readPages(join(ROOT, 'runbooks'));
  const named = [...pages].flatMap(([page, text]) => codesIn(text).map((code) => ({ page, code })));

  expect(named.length).toBeGreaterThan(20);
  expect(named.filter(({ code }) => !isKnown(code))).toEqual([]);
});
