import { UnavailableError } from '../domain/errors.ts';
import { type ApiServerAddress, getJson } from './api-server.ts';
import { METADATA_LIST, type ObjectMeta, parsePage } from './object-meta.ts';

/** A set of objects of the API. */
export interface ObjectsAsked {
  readonly server: ApiServerAddress;
  /** Such as `/api/v1/namespaces/argocd/secrets`. */
  readonly path: string;
  /** Labels that all of them carry. */
  readonly selector: Readonly<Record<string, string>>;
}

/** A set as it was at one version. */
export interface MetadataList {
  readonly items: readonly ObjectMeta[];
  readonly resourceVersion: string;
}

/** Objects of one page: small enough that no server has to hold a fleet of thousands in one answer. */
const PAGE = 500;

/** The query of a set, with more in it. */
export function queryOf({ selector }: ObjectsAsked, more: Readonly<Record<string, string>>): string {
  const labels = Object.entries(selector).map(([label, value]) => `${label}=${value}`);
  return new URLSearchParams({ labelSelector: labels.join(','), ...more }).toString();
}

/**
 * All objects of a set, page by page.
 *
 * @throws ApiRefusal (410 when a page took too long), UnavailableError `kubernetes/...`
 */
export async function listMetadata(asked: ObjectsAsked, aborted: AbortSignal): Promise<MetadataList> {
  const items: ObjectMeta[] = [];
  let next: string | undefined;
  for (;;) {
    const query = queryOf(asked, { limit: String(PAGE), ...(next !== undefined && { continue: next }) });
    const body = await getJson(asked.server, {
      path: `${asked.path}?${query}`,
      accept: METADATA_LIST,
      aborted,
    });
    const page = parsePage(body);
    if (page === undefined) {
      throw new UnavailableError(
        'kubernetes/odd-answer',
        `${asked.server.url}${asked.path} did not answer with a list of metadata; is it the address of an API server?`,
      );
    }
    items.push(...page.items);
    next = page.continue;
    if (next === undefined) return { items, resourceVersion: page.resourceVersion };
  }
}
