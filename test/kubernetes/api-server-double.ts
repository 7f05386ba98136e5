import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An object that the double has. */
export interface StoredObject {
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

const LIST = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1';
const EVENTS = 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1';
const TOKEN = 'a-token-of-the-kubelet';

interface Logged {
  readonly version: number;
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: StoredObject;
}

/**
 * An API server as far as Secrets of one namespace go, and stricter than the real one: it answers lists and watches of
 * metadata only, ends whoever asks wrongly with a Status, and forgets old versions when told.
 */
export class ApiServerDouble implements AsyncDisposable {
  /** Every request that came, as method, path and what was wrong with it. */
  readonly requests: string[] = [];
  token = TOKEN;
  /** Answers every request like this while it is set. */
  refuses: { readonly status: number; readonly message: string } | undefined;
  /** Objects of a page. */
  pageSize = 500;
  readonly #objects = new Map<string, StoredObject>();
  readonly #log: Logged[] = [];
  readonly #watches = new Set<{ response: ServerResponse; selector: string }>();
  #version = 100;
  #oldest = 0;
  readonly #server: Server = createServer((request, response) => this.#answer(request, response));

  get url(): string {
    const { port } = this.#server.address() as AddressInfo;
    return `http://127.0.0.1:${port}`;
  }

  get watching(): number {
    return this.#watches.size;
  }

  async start(port = 0): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(port, '127.0.0.1', resolve));
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  put(object: StoredObject): void {
    const type = this.#objects.has(object.uid) ? 'MODIFIED' : 'ADDED';
    this.#objects.set(object.uid, object);
    this.#happens(type, object);
  }

  remove(uid: string): void {
    const object = this.#objects.get(uid);
    if (object === undefined) throw new Error(`there is no object ${uid}`);
    this.#objects.delete(uid);
    this.#happens('DELETED', object);
  }

  /** Sends everybody a bookmark. */
  bookmark(): void {
    this.#version += 1;
    for (const { response } of this.#watches) {
      const metadata = { resourceVersion: String(this.#version) };
      response.write(`${JSON.stringify({ type: 'BOOKMARK', object: { kind: 'Secret', metadata } })}\n`);
    }
  }

  /** Cuts all connections, watches in the middle of a line. */
  cut(): void {
    for (const { response } of this.#watches) {
      response.write('{"type":"MOD');
      response.destroy();
    }
    this.#server.closeAllConnections();
    this.#watches.clear();
  }

  /** Ends every watch as a server does whose version was compacted. */
  compact(): void {
    this.#oldest = this.#version;
    for (const { response } of this.#watches) {
      const object = { kind: 'Status', code: 410, reason: 'Expired', message: 'too old resource version' };
      response.end(`${JSON.stringify({ type: 'ERROR', object })}\n`);
    }
    this.#watches.clear();
  }

  #happens(type: Logged['type'], object: StoredObject): void {
    this.#version += 1;
    const entry: Logged = { version: this.#version, type, object };
    this.#log.push(entry);
    for (const { response, selector } of this.#watches) this.#tell(response, selector, entry);
  }

  #tell(response: ServerResponse, selector: string, { type, object, version }: Logged): void {
    if (!matches(object, selector)) return;
    response.write(`${JSON.stringify({ type, object: metadataOf(object, version) })}\n`);
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '', 'http://server');
    const wrong = this.refuses ?? this.#wrong(request, url);
    const watch = url.searchParams.get('watch') === '1';
    this.requests.push(
      `${request.method} ${url.pathname}${watch ? ' watch' : ''}${wrong ? ` ${wrong.status}` : ''}`,
    );
    if (wrong) refuse(response, wrong.status, wrong.message);
    else if (watch) this.#watch(url, response);
    else this.#list(url, response);
  }

  #wrong(request: IncomingMessage, url: URL): { status: number; message: string } | undefined {
    if (request.headers.authorization !== `Bearer ${this.token}`)
      return { status: 401, message: 'Unauthorized' };
    if (request.method !== 'GET') return { status: 405, message: 'only GET is answered' };
    if (url.pathname !== '/api/v1/namespaces/argocd/secrets') {
      return { status: 403, message: `secrets is forbidden: User cannot list ${url.pathname}` };
    }
    const watch = url.searchParams.get('watch') === '1';
    if (request.headers.accept !== (watch ? EVENTS : LIST)) {
      return { status: 406, message: `content type ${request.headers.accept} would show what is in Secrets` };
    }
    const known = [
      'labelSelector',
      'limit',
      'continue',
      'watch',
      'allowWatchBookmarks',
      'resourceVersion',
      'timeoutSeconds',
    ];
    const unknown = [...url.searchParams.keys()].find((key) => !known.includes(key));
    return unknown === undefined ? undefined : { status: 400, message: `unknown parameter ${unknown}` };
  }

  #list(url: URL, response: ServerResponse): void {
    const selector = url.searchParams.get('labelSelector') ?? '';
    const [version, from] = (url.searchParams.get('continue') ?? `${this.#version}:0`)
      .split(':')
      .map(Number) as [number, number];
    if (version < this.#oldest) {
      refuse(response, 410, 'The provided continue parameter is too old');
      return;
    }
    const all = [...this.#objects.values()].filter((object) => matches(object, selector));
    const limit = Math.min(Number(url.searchParams.get('limit') ?? 500), this.pageSize);
    const next = from + limit < all.length ? `${version}:${from + limit}` : '';
    response.setHeader('content-type', 'application/json').end(
      JSON.stringify({
        kind: 'PartialObjectMetadataList',
        apiVersion: 'meta.k8s.io/v1',
        metadata: { resourceVersion: String(version), ...(next && { continue: next }) },
        items: all.slice(from, from + limit).map((object) => metadataOf(object, version)),
      }),
    );
  }

  #watch(url: URL, response: ServerResponse): void {
    const from = Number(url.searchParams.get('resourceVersion'));
    if (!(from >= this.#oldest)) {
      refuse(response, 410, 'too old resource version');
      return;
    }
    const selector = url.searchParams.get('labelSelector') ?? '';
    response.setHeader('content-type', 'application/json').flushHeaders();
    for (const entry of this.#log) if (entry.version > from) this.#tell(response, selector, entry);
    const one = { response, selector };
    this.#watches.add(one);
    const ends = setTimeout(() => response.end(), Number(url.searchParams.get('timeoutSeconds')) * 1000);
    response.on('close', () => {
      clearTimeout(ends);
      this.#watches.delete(one);
    });
  }
}

function refuse(response: ServerResponse, code: number, message: string): void {
  response.statusCode = code;
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify({ kind: 'Status', apiVersion: 'v1', status: 'Failure', message, code }));
}

function matches({ labels }: StoredObject, selector: string): boolean {
  return selector
    .split(',')
    .filter((part) => part !== '')
    .every((part) => {
      const [label = '', value] = part.split('=');
      return labels[label] === value;
    });
}

function metadataOf({ uid, namespace, name, labels, annotations }: StoredObject, version: number) {
  return {
    kind: 'PartialObjectMetadata',
    apiVersion: 'meta.k8s.io/v1',
    metadata: { uid, namespace, name, labels, annotations, resourceVersion: String(version) },
  };
}
