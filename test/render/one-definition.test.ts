import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { type Bundle, defineBundle, limitOf } from '../../src/catalogue/bundle.ts';
import { CATALOGUE } from '../../src/catalogue/catalogue.ts';
import type { AnyAlert, AnySignal } from '../../src/catalogue/signal.ts';
import { readPages } from '../../src/publish/files.ts';
import { BOARDS, boardOf } from '../../src/render/board-link.ts';
import { renderBundle } from '../../src/render/render-bundle.ts';
import { BLOCK_BEGIN, BLOCK_END } from '../../src/render/runbooks/definition-block.ts';

const RUNBOOKS = join(import.meta.dirname, '../../runbooks');

interface Limited {
  readonly name: string;
  readonly alert: AnyAlert;
  readonly signal: AnySignal;
}

const limited: readonly Limited[] = CATALOGUE.flatMap((signal) =>
  (signal.alerts as readonly AnyAlert[])
    .filter(({ when }) => 'limit' in when)
    .map((alert) => ({ name: alert.name, alert, signal })),
);

/** Files that speak of the alert's limit, by what their paths must be. */
function expectedPaths({ name, alert, signal }: Limited): readonly string[] {
  const board = Object.keys(BOARDS).find((candidate) => candidate === boardOf(signal.component));
  const { check, cloudwatch } = signal;
  // A state's check counts bad items against those before the change; the limit is the alert's alone.
  const isChecked = 'halts' in check && check.limitOf === name && signal.kind !== 'state';
  // An alarm on a percentile compares with the bucket bound, not with the share.
  const isAlarm = cloudwatch !== undefined && alert.when.is !== 'slower';
  return [
    `alerts/prometheus/${signal.component.replace('/', '-')}.rules.yaml`,
    `dashboards/${board}.json`,
    `runbooks/${name}.md`,
    ...(isChecked ? ['alerts/gate/checks.json'] : []),
    ...(isAlarm ? ['alerts/cloudwatch/alarms.json'] : []),
  ].sort();
}

/** The parts of a generated file that can change by themselves, by name. */
function partsOf(path: string, content: string): ReadonlyMap<string, string> {
  if (path.endsWith('.md')) {
    const [before = '', rest = ''] = content.split(BLOCK_BEGIN);
    const [block = '', after = ''] = rest.split(BLOCK_END);
    const alert = path.slice('runbooks/'.length, -'.md'.length);
    return new Map([
      ['what people wrote', before + after],
      [alert, block],
    ]);
  }
  const named = (items: readonly object[], name: (item: never) => string) =>
    new Map(items.map((item, at) => [name(item as never) || String(at), JSON.stringify(item)]));
  const file = path.endsWith('.yaml') ? parse(content) : JSON.parse(content);
  if (path.includes('/prometheus/')) {
    const rules = file.groups.flatMap((group: { rules: readonly object[] }) => group.rules);
    return named(rules, (rule: { alert?: string }) => rule.alert ?? '');
  }
  if (path.endsWith('alarms.json'))
    return named(file.alarms, (alarm: { AlarmName: string }) => alarm.AlarmName.split('/').at(-1) ?? '');
  if (path.endsWith('checks.json')) {
    return named([...file.checks, ...file.alerts], (one: { limitOf?: string }) => one.limitOf ?? '');
  }
  return named(panelsIn(file.panels), ({ id }: { id: number }) => `panel ${id}`);
}

type Panel = { readonly id: number; readonly panels?: readonly Panel[] };

function panelsIn(panels: readonly Panel[]): readonly Panel[] {
  return panels.flatMap(({ panels: inner = [], ...panel }) => [panel, ...panelsIn(inner)]);
}

describe('changing one limit', () => {
  let pages: ReadonlyMap<string, string>;
  let before: ReadonlyMap<string, string>;
  const render = (bundle: Bundle) =>
    new Map(renderBundle(bundle, pages).map(({ path, content }) => [path, content]));

  beforeAll(async () => {
    pages = await readPages(RUNBOOKS);
    before = render(defineBundle(CATALOGUE));
  });

  test.each(limited)('of $name changes what speaks of it, and nothing else', (one) => {
    const limit = limitOf(one.alert, defineBundle(CATALOGUE).parameters) ?? 0;
    const limits = { [one.name]: limit === 0 ? 0.5 : limit * 1.5 };
    const after = render(defineBundle(CATALOGUE, { limits }));
    const changed = [...after.keys()].filter((path) => after.get(path) !== before.get(path));
    expect(changed.sort()).toEqual(expectedPaths(one));
    for (const path of changed) {
      const old = partsOf(path, before.get(path) ?? '');
      const now = partsOf(path, after.get(path) ?? '');
      const parts = [...now].filter(([part, text]) => old.get(part) !== text);
      if (path.startsWith('dashboards/')) {
        // A panel is of the alert where it links to its runbook.
        for (const [, text] of parts) expect(text).toContain(`/runbooks/${one.name}`);
        expect(parts.length).toBeGreaterThan(0);
      } else {
        expect(parts.map(([part]) => part)).toEqual([one.name]);
      }
    }
  });
});

describe('rendering', () => {
  test('is the same twice', async () => {
    const pages = await readPages(RUNBOOKS);
    const bundle = defineBundle(CATALOGUE);
    expect(renderBundle(bundle, pages)).toEqual(renderBundle(bundle, pages));
  });

  test('writes every path once, with a newline at its end', async () => {
    const files = renderBundle(defineBundle(CATALOGUE), await readPages(RUNBOOKS));
    expect(new Set(files.map(({ path }) => path)).size).toBe(files.length);
    expect(files.filter(({ content }) => !content.endsWith('\n'))).toEqual([]);
  });

  test('fails where an alert has no runbook, and says which file to write', async () => {
    const pages = new Map(await readPages(RUNBOOKS));
    pages.delete('NodeNotReady');
    expect(() => renderBundle(defineBundle(CATALOGUE), pages)).toThrow(
      expect.objectContaining({
        code: 'runbook/missing',
        message: 'alert NodeNotReady has no runbook; write runbooks/NodeNotReady.md',
      }),
    );
  });

  test('fails where a runbook has no place for its definition', async () => {
    const pages = new Map(await readPages(RUNBOOKS));
    pages.set('NodeNotReady', '# NodeNotReady\n');
    expect(() => renderBundle(defineBundle(CATALOGUE), pages)).toThrow(
      expect.objectContaining({ code: 'runbook/no-block' }),
    );
  });
});
