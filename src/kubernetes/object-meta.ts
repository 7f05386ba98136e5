/** What Kubernetes tells of any object without showing it: its labels and annotations, never its content. */
export interface ObjectMeta {
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

/** Asks a server for the metadata of a list only: what a Secret holds never leaves the API server. */
export const METADATA_LIST = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1';
/** The same for a watch. */
export const METADATA_EVENTS = 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1';

/** One page of a list. */
export interface MetadataPage {
  readonly items: readonly ObjectMeta[];
  readonly resourceVersion: string;
  /** Where the next page begins; absent on the last. */
  readonly continue?: string;
}

/** What a watch tells. `bookmark`: nothing happened up to this version. */
export type MetadataEvent =
  | { readonly is: 'put' | 'gone'; readonly object: ObjectMeta; readonly resourceVersion: string }
  | { readonly is: 'bookmark'; readonly resourceVersion: string }
  | { readonly is: 'error'; readonly status: number; readonly message: string };

/** A page of a list; undefined for what is none. */
export function parsePage(body: unknown): MetadataPage | undefined {
  const { kind, metadata, items } = fieldsOf(body);
  if (kind !== 'PartialObjectMetadataList' || !Array.isArray(items)) return undefined;
  const { resourceVersion, continue: next } = fieldsOf(metadata);
  const read = items.map((item) => parseObject(item)?.object);
  if (typeof resourceVersion !== 'string' || read.some((one) => one === undefined)) return undefined;
  return {
    items: read.filter((one) => one !== undefined),
    resourceVersion,
    ...(typeof next === 'string' && next !== '' && { continue: next }),
  };
}

const EVENTS: Readonly<Record<string, 'put' | 'gone'>> = { ADDED: 'put', MODIFIED: 'put', DELETED: 'gone' };

/** An event of a watch; undefined for what is none. */
export function parseEvent(body: unknown): MetadataEvent | undefined {
  const { type, object } = fieldsOf(body);
  if (typeof type !== 'string') return undefined;
  if (type === 'ERROR') {
    const { code, message } = fieldsOf(object);
    return {
      is: 'error',
      status: Number(code ?? 0),
      message: String(message ?? 'an error without a message'),
    };
  }
  const { resourceVersion } = fieldsOf(fieldsOf(object)['metadata']);
  if (typeof resourceVersion !== 'string') return undefined;
  if (type === 'BOOKMARK') return { is: 'bookmark', resourceVersion };
  const is = EVENTS[type];
  const parsed = parseObject(object);
  return is === undefined || parsed === undefined ? undefined : { is, ...parsed };
}

function parseObject(value: unknown): { object: ObjectMeta; resourceVersion: string } | undefined {
  const { uid, namespace, name, labels, annotations, resourceVersion } = fieldsOf(
    fieldsOf(value)['metadata'],
  );
  if (typeof uid !== 'string' || typeof name !== 'string') return undefined;
  return {
    object: {
      uid,
      name,
      namespace: typeof namespace === 'string' ? namespace : '',
      labels: textsOf(labels),
      annotations: textsOf(annotations),
    },
    resourceVersion: typeof resourceVersion === 'string' ? resourceVersion : '',
  };
}

function textsOf(value: unknown): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(fieldsOf(value)).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string',
    ),
  );
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
