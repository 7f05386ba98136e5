import type { CataloguedSignal } from '../../domain/catalogued.ts';
import type { Gate } from '../../gate/use-cases.ts';
import { cataloguePage } from '../pages/catalogue-page.ts';
import { homePage } from '../pages/home-page.ts';
import { SCRIPT, SCRIPT_PATH } from '../pages/script.ts';
import { STYLE, STYLE_PATH } from '../pages/style.ts';
import { page, text } from '../reply.ts';
import type { ListedCluster } from '../rollout-views.ts';
import { type Route, route } from '../route.ts';

/** What the first page is made of. */
export interface HomeParts {
  readonly gate: Pick<Gate, 'rollouts' | 'runs' | 'freezes'>;
  readonly clusters: () => readonly ListedCluster[];
  readonly waves: () => readonly string[];
  readonly catalogue: readonly CataloguedSignal[];
  readonly now: () => number;
  readonly version: string;
}

/** A year: the address changes with the content. */
const FOR_EVER = 'public, max-age=31536000, immutable';

/** The first page, and what every page is shown with. */
export function homeRoutes({ gate, clusters, waves, catalogue, now, version }: HomeParts): Route[] {
  const about = { method: 'get', tag: 'pages' } as const;
  return [
    route({
      ...about,
      path: '/',
      id: 'showHome',
      summary: 'What waits for what, since when and for whom, and the fleet by wave',
      access: 'read',
      answers: { 200: { description: 'A page.', contentType: 'text/html' } },
      problems: [503],
      async handle() {
        const [rollouts, runs, freezes] = await Promise.all([
          gate.rollouts(),
          gate.runs({ newest: true }),
          gate.freezes(),
        ]);
        return page(
          homePage({ rollouts, runs, freezes, clusters: clusters(), waves: waves(), now: now(), version }),
        );
      },
    }),
    route({
      ...about,
      path: '/catalogue',
      id: 'showCatalogue',
      summary: 'Every signal: why it is watched, its limits, what the gate asks of it',
      access: 'open',
      answers: { 200: { description: 'A page.', contentType: 'text/html' } },
      handle: () => page(cataloguePage(catalogue)),
    }),
    asset(STYLE_PATH, 'getStyle', 'The stylesheet of the pages', STYLE, 'text/css'),
    asset(
      SCRIPT_PATH,
      'getScript',
      'The script of the pages, which none of them needs',
      SCRIPT,
      'text/javascript',
    ),
  ];
}

function asset(path: string, id: string, summary: string, content: string, contentType: string): Route {
  return route({
    method: 'get',
    tag: 'pages',
    path,
    id,
    summary,
    access: 'open',
    answers: { 200: { description: 'It.', contentType } },
    handle: () => ({
      ...text(content, `${contentType}; charset=utf-8`),
      headers: { 'cache-control': FOR_EVER },
    }),
  });
}
