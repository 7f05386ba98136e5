import { describe, expect, test } from 'vitest';
import { defineBundle, runbookUrl } from '../../../src/catalogue/bundle.ts';
import { CATALOGUE } from '../../../src/catalogue/catalogue.ts';
import type { AnyAlert, AnySignal } from '../../../src/catalogue/signal.ts';
import { BOARDS, boardUrl } from '../../../src/render/board-link.ts';
import { renderBoards } from '../../../src/render/grafana/render-boards.ts';
import { alertsOf, type Board, boardsOf, bundleWith, drawing } from './boards.ts';
import { syntaxErrors } from './promql-tree.ts';

const bundle = bundleWith();
const boards = boardsOf(bundle);
const alerts = bundle.signals.flatMap((signal) => signal.alerts as readonly AnyAlert[]);

/** Every URL that stands anywhere in a value. */
function urlsIn(value: unknown): readonly string[] {
  return [...JSON.stringify(value).matchAll(/https?:\/\/[^"\s)\\]+/g)].map(([url]) => url);
}

describe('the boards', () => {
  test('are there under the addresses that links go by', () => {
    expect(boards.map(({ uid, title }) => ({ uid, title }))).toEqual(
      Object.values(BOARDS).map(({ uid, title }) => ({ uid, title: `EKS / ${title}` })),
    );
    for (const { uid } of boards) expect(uid).toMatch(/^tidegate-[a-z-]{1,31}$/);
  });

  test('are the same at every rendering, and end with a newline', () => {
    const again = renderBoards(bundleWith());
    for (const [at, file] of renderBoards(bundle).entries()) {
      expect(file.content).toBe(again[at]?.content);
      expect(file.content.endsWith('}\n')).toBe(true);
    }
  });

  test.each(alerts)('show $name in one panel, with the way to its page', ({ name }) => {
    const panels = boards.flatMap(drawing).filter((panel) => alertsOf(panel).includes(name));
    const page = runbookUrl(name, bundle.parameters);
    expect(panels).toHaveLength(1);
    expect(panels[0]?.links?.map(({ url }) => url)).toContain(`${page}?cluster=\${cluster}`);
    expect(panels[0]?.fieldConfig?.defaults.links?.map(({ url }) => url)).toContain(
      `${page}?cluster=\${__field.labels.cluster}`,
    );
    expect(panels[0]?.description).toContain(`Alert: ${name} (`);
    expect(panels[0]?.description).toContain(`](${page})`);
    expect(panels[0]?.description).toContain('Empty means: ');
  });

  test.each(CATALOGUE)('keep every alert but those of $id when it is left out', (signal) => {
    const without = boardsOf(bundleWith({ leaveOut: [signal.id] })).flatMap(drawing);
    const names = (signal.alerts as readonly AnyAlert[]).map(({ name }) => name);
    const remaining = alerts.map(({ name }) => name).filter((name) => !names.includes(name));
    expect(without.flatMap(alertsOf).sort()).toEqual(remaining.sort());
  });

  test('move their links with the parameters', () => {
    const roots = ['https://gate.example/runbooks', 'https://grafana.example'] as const;
    const moved = bundleWith({ urls: { runbooks: roots[0], grafana: roots[1] } });
    const urls = boardsOf(moved).flatMap(urlsIn);
    expect(urls.length).toBeGreaterThan(alerts.length);
    expect(urls.filter((url) => !roots.some((root) => url.startsWith(`${root}/`)))).toEqual([]);
  });
});

describe.each(boards)('$title', (board: Board) => {
  const { panels } = board;

  test('has at most 20 panels', () => {
    expect(drawing(board).length).toBeLessThanOrEqual(20);
  });

  test('numbers its panels in reading order and its queries by letters', () => {
    expect(panels.map(({ id }) => id)).toEqual(panels.map((_, at) => at + 1));
    for (const { targets = [] } of panels) {
      expect(targets.map(({ refId }) => refId)).toEqual([...'ABCDEFGH'].slice(0, targets.length));
    }
  });

  test('calls no two panels the same', () => {
    const titles = panels.map(({ title }) => title);
    expect(new Set(titles).size).toBe(titles.length);
  });

  test('covers every cell of the grid once', () => {
    const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, at) => `${x + (at % w)},${y + Math.floor(at / w)}`),
    );
    const height = Math.max(...panels.map(({ gridPos: { y, h } }) => y + h));
    expect(new Set(cells).size).toBe(cells.length);
    expect(cells.length).toBe(24 * height);
  });

  test('asks for a data source, then for clusters, and starts with all of them', () => {
    const [source, cluster, ...more] = board.templating.list;
    expect(more).toEqual([]);
    expect(source).toMatchObject({ name: 'datasource', query: 'prometheus' });
    expect(cluster).toMatchObject({
      name: 'cluster',
      label: 'Cluster',
      multi: true,
      includeAll: true,
      allValue: '.+',
      current: { value: '$__all' },
    });
    for (const noise of ['auto', 'auto_min', 'auto_count']) expect(cluster).not.toHaveProperty(noise);
  });

  test('marks firing alerts and verdicts', () => {
    const { list } = board.annotations;
    expect(list.map(({ name }) => name)).toEqual([
      'Firing alerts',
      'Verdicts: go',
      'Verdicts: halt',
      'Verdicts: inconclusive',
    ]);
    for (const { name, expr, useValueForTime } of list.slice(1)) {
      expect(expr).toContain(`verdict="${name.replace('Verdicts: ', '')}"`);
      // Seconds in the metric, milliseconds in Grafana.
      expect(expr).toMatch(/^tidegate_verdict_timestamp_seconds\{.*\} \* 1000$/);
      expect(useValueForTime).toBe(true);
    }
  });

  test('leads to the other boards with the same clusters and time', () => {
    const [link] = board.links;
    expect(link).toMatchObject({
      title: 'EKS boards',
      type: 'dashboards',
      includeVars: true,
      keepTime: true,
    });
    for (const tag of link?.tags ?? ['none']) {
      expect(boards.filter(({ tags }) => tags.includes(tag))).toHaveLength(boards.length);
    }
  });

  test('puts nothing into the controls menu', () => {
    expect(JSON.stringify(board).includes('inControlsMenu')).toBe(false);
  });

  test('uses only panels and a schema that Grafana still draws', () => {
    const types = ['row', 'stat', 'table', 'timeseries', 'state-timeline'];
    expect(panels.map(({ type }) => type).filter((type) => !types.includes(type))).toEqual([]);
    expect(board.schemaVersion).toBeGreaterThanOrEqual(41);
  });

  test('has no empty mappings, and colours a number only by a limit or a count', () => {
    expect(JSON.stringify(board).includes('"mappings":[]')).toBe(false);
    const untold = drawing(board).filter(
      ({ type, fieldConfig, links = [] }) =>
        type === 'timeseries' && links.length === 0 && fieldConfig?.defaults.thresholds !== undefined,
    );
    expect(untold.map(({ title }) => title)).toEqual([]);
  });

  test('names every state of a lane in words', () => {
    const lanes = drawing(board).filter(({ type }) => type === 'state-timeline');
    for (const { fieldConfig, targets = [] } of lanes) {
      const words = JSON.stringify(fieldConfig?.overrides).match(/"text":"[^"]+"/g) ?? [];
      expect(words.length).toBeGreaterThanOrEqual(targets.length);
    }
  });
});

test('every var- in a link names a variable of the board it leads to', () => {
  const alertLinks = bundle.signals.map(({ component }) => boardUrl(component, bundle.parameters, 'prod-1'));
  const urls = [...alertLinks, ...boards.flatMap(urlsIn)].filter((url) => url.includes('var-'));
  expect(urls.length).toBeGreaterThanOrEqual(bundle.signals.length);
  for (const url of urls) {
    const uid = /\/d\/([^?]+)/.exec(url)?.[1];
    const names = boards.find((board) => board.uid === uid)?.templating.list.map(({ name }) => name) ?? [];
    for (const [, name] of url.matchAll(/[?&]var-([^=]+)=/g)) expect(names).toContain(name);
  }
});

test('a board whose signals are all left out is not rendered', () => {
  const leaveOut = bundle.signals.filter(({ component }) => component === 'dns').map(({ id }) => id);
  expect(boardsOf(bundleWith({ leaveOut })).map(({ title }) => title)).toEqual([
    'EKS / Fleet',
    'EKS / Rollouts',
    'EKS / Control plane',
    'EKS / Nodes',
    'EKS / Add-ons',
  ]);
});

describe('a signal that somebody adds without an alert', () => {
  const bare = (signal: AnySignal, id: string): AnySignal => {
    const { slo: _, ...rest } = { slo: undefined, ...signal };
    return { ...rest, id, title: id, component: 'dns', alerts: [], check: { none: 'a test' } } as AnySignal;
  };
  const firstOf = (kind: AnySignal['kind']) => CATALOGUE.find((signal) => signal.kind === kind) as AnySignal;
  const coredns = (added: readonly AnySignal[]) =>
    boardsOf(defineBundle([...CATALOGUE, ...added])).find(({ uid }) => uid === BOARDS.coredns.uid) as Board;

  test.each(['ratio', 'latency', 'events', 'gauge', 'state'] as const)('is drawn as recorded: %s', (kind) => {
    const board = coredns([bare(firstOf(kind), 'added')]);
    const [panel] = drawing(board).filter(({ title }) => title === 'added');
    expect(panel?.targets?.length).toBeGreaterThan(0);
    for (const { expr } of panel?.targets ?? []) {
      expect(expr).toMatch(/tidegate:signal_[a-z0-9:]+\{cluster=~"\$cluster",signal="added"/);
      expect(syntaxErrors(expr)).toEqual([]);
    }
    expect(panel?.fieldConfig?.defaults.thresholds).toBeUndefined();
  });

  test('is drawn with an alert that has no limit but a trend', () => {
    const filling = firstOf('gauge').alerts[0] as AnyAlert;
    const trend = {
      ...filling,
      name: 'AddedFills',
      when: { is: 'filling', within: '4h', over: '6h', below: 0.2 },
    };
    const board = coredns([{ ...bare(firstOf('gauge'), 'added'), alerts: [trend] } as AnySignal]);
    const [panel] = drawing(board).filter(({ title }) => title === 'added');
    expect(panel && alertsOf(panel)).toEqual(['AddedFills']);
  });

  test('pushes context aside where a board is full', () => {
    const added = Array.from({ length: 15 }, (_, at) => bare(firstOf('gauge'), `added-${at}`));
    const titles = drawing(coredns(added)).map(({ title }) => title);
    expect(titles).toEqual(expect.arrayContaining(added.map(({ title }) => title)));
    expect(titles).not.toContain('Queries by type');
  });
});
