import { createHash, timingSafeEqual } from 'node:crypto';
import { BlockList, isIP } from 'node:net';
import { IdentityError } from '../domain/errors.ts';
import type { KnownCaller } from './caller.ts';
import { type GroupRights, personOf } from './people.ts';

/** The headers that Argo CD's API server puts on what it hands on to an extension, and the secret it is configured to add. */
export const PROXY_HEADERS = {
  user: 'argocd-username',
  groups: 'argocd-user-groups',
  application: 'argocd-application-name',
  secret: 'x-tidegate-proxy-secret',
} as const;

/** What a request shows that came through Argo CD, or pretends to. */
export type ProxiedHeaders = { readonly [K in keyof typeof PROXY_HEADERS]?: string | undefined };

/** Whose headers are believed. */
export interface ArgoCdProxyOptions {
  /** Addresses, or ranges as CIDR. */
  readonly trusted: readonly string[];
  /** Read at every use. */
  readonly secret: () => string;
  readonly groups: GroupRights;
}

/**
 * Tells who stands behind Argo CD's proxy extension.
 *
 * Both are needed, its address and the secret: behind a mesh or a load balancer the address is everybody's, and the
 * secret alone would let in from anywhere whoever reads Argo CD's configuration.
 *
 * Argo CD sets its headers over those that were sent, but for a person without groups it sets none and hands on what was
 * sent (`prepareRequest` in its server/extension/extension.go). Only who may call the extension by a group is safe from
 * that, which is for Argo CD's RBAC to see to.
 *
 * @throws IdentityError 401 `identity/proxy` for headers of somebody else, 403 `identity/name`
 */
export function createArgoCdProxy({ trusted, secret, groups }: ArgoCdProxyOptions) {
  const addresses = blockListOf(trusted);
  return (shown: ProxiedHeaders, remote: string): KnownCaller => {
    if (!isIn(addresses, remote)) throw refusal('comes from an address that is none of its');
    if (!isSame(shown.secret ?? '', secret())) throw refusal(`has not its secret in ${PROXY_HEADERS.secret}`);
    // Without it Argo CD has not checked that the person may see the application.
    if (shown.application === undefined)
      throw refusal(`names no application in ${PROXY_HEADERS.application}`);
    const own = (shown.groups ?? '').split(',').map((group) => group.trim());
    return personOf('argocd', { name: shown.user, groups: own }, groups);
  };
}

/** Whether a request says that it comes through Argo CD. */
export function isProxied(shown: ProxiedHeaders | undefined): shown is ProxiedHeaders {
  return shown?.user !== undefined;
}

function blockListOf(ranges: readonly string[]): BlockList {
  const list = new BlockList();
  for (const range of ranges) {
    const [address = '', bits] = range.split('/');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    if (bits === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(bits), family);
  }
  return list;
}

function isIn(list: BlockList, address: string): boolean {
  const family = isIP(address);
  return family !== 0 && list.check(address, family === 6 ? 'ipv6' : 'ipv4');
}

function isSame(given: string, wanted: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(wanted));
}

function refusal(why: string): IdentityError {
  const message = `The request says that it comes through Argo CD, and ${why}; see identity.people.argocdProxy.`;
  return new IdentityError('identity/proxy', message, 401);
}
