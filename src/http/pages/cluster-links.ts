import { html } from 'hono/html';
import type { App } from '../../gate/ports.ts';
import type { ListedCluster } from '../rollout-views.ts';
import type { Html } from './layout.ts';

/** An app that a cluster is a target of. */
export type ClusterApp = Pick<App, 'name' | 'mode' | 'owners'>;

/** A link, by what it is called. */
export interface NamedLink {
  readonly title: string;
  readonly url: string;
}

/** Where consoles of AWS live: China and GovCloud have their own. */
const CONSOLES = [
  [/^cn-/, 'console.amazonaws.cn'],
  [/^us-gov-/, 'console.amazonaws-us-gov.com'],
  [/^[a-z]{2}(?:-[a-z]+)+-\d+$/, 'console.aws.amazon.com'],
] as const;

/** Everywhere that more is told of a cluster: runbooks, boards, what its inventory names, and its page in the EKS console. */
export function clusterLinks(
  { name, region, account, links }: ListedCluster,
  boards: readonly NamedLink[],
): Html {
  const console = links['console'] === undefined ? consoleUrl(name, region) : undefined;
  const all: readonly NamedLink[] = [
    { title: 'its runbooks', url: `/runbooks?cluster=${encodeURIComponent(name)}` },
    ...Object.entries(links).map(([title, url]) => ({ title, url })),
    ...(console === undefined
      ? []
      : [{ title: `EKS console${account === undefined ? '' : ` (account ${account})`}`, url: console }]),
    ...boards.map(({ title, url }) => ({ title: `board ${title}`, url })),
  ];
  return html`${all.map(({ title, url }, at) => html`${at > 0 ? ', ' : ''}<a href="${url}">${title}</a>`)}`;
}

/** The cluster's page in the EKS console; undefined where the region is none of AWS. */
function consoleUrl(name: string, region: string): string | undefined {
  const host = CONSOLES.find(([pattern]) => pattern.test(region))?.[1];
  if (host === undefined) return undefined;
  const of = encodeURIComponent(region);
  return `https://${of}.${host}/eks/clusters/${encodeURIComponent(name)}?region=${of}`;
}
