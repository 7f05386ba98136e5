import { cut } from './answer.ts';

/** What came back from one address. */
export interface Seen {
  /** Base of the query API, as it was given. */
  readonly base: URL;
  readonly hasToken: boolean;
  /** 0 where nothing came back. */
  readonly status: number;
  readonly type: string;
  readonly location: string;
  /** Whether AWS answered. */
  readonly isAws: boolean;
  /** The start of the body. */
  readonly text: string;
  /** Why nothing came back. */
  readonly failed?: { readonly code: string; readonly message: string };
}

/** Looks at another path below the address, or at one of the host (`//path`). */
type Look = (path: string) => Promise<Seen>;

/** One thing that an address can be instead of a Prometheus. */
interface Kind {
  /** Whether it is; a text is what `says` wants to know of it. */
  readonly is: (
    seen: Seen,
    look: Look,
  ) => boolean | string | undefined | Promise<boolean | string | undefined>;
  /** Completes "http://... ". */
  readonly says: (seen: Seen, found: string) => string;
}

const EXPECTED =
  'expected the base of a Prometheus query API: http://prometheus:9090, or with its path as in http://mimir/prometheus';

/** Names of certificate errors of TLS. */
const CERTIFICATE = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ALTNAME/;

/** What answers in the place of a Prometheus, the surest signs first. */
export const KINDS: readonly Kind[] = [
  {
    is: ({ failed }) => failed?.code === 'ECONNREFUSED',
    says: () =>
      'refuses connections: nobody listens there; check host and port, or start the port-forward again',
  },
  {
    is: ({ failed }) => failed?.code === 'ENOTFOUND' || failed?.code === 'EAI_AGAIN',
    says: ({ base }) =>
      `can’t be found: the name ${base.hostname} is not known here; names of a cluster are known inside it only`,
  },
  {
    is: ({ failed }) => ['TIMEOUT', 'ETIMEDOUT', 'UND_ERR_CONNECT_TIMEOUT'].includes(failed?.code ?? ''),
    says: ({ failed }) =>
      `gave no whole answer ${failed?.message}; check whether a firewall drops the packets, or give it more by --timeout`,
  },
  {
    is: ({ failed }) => CERTIFICATE.test(failed?.code ?? ''),
    says: ({ failed }) =>
      `has a certificate that is not trusted here (${failed?.code}); name its authority’s file in NODE_EXTRA_CA_CERTS`,
  },
  {
    is: ({ failed }) => failed?.code.startsWith('ERR_SSL') === true,
    says: ({ failed }) => `does not speak TLS (${failed?.code}); try http:// instead of https://`,
  },
  {
    is: ({ failed }) => failed !== undefined,
    says: ({ failed }) =>
      `can’t be asked: ${[failed?.code, failed?.message].filter((part) => part !== '').join(' ')}`,
  },
  {
    is: ({ status, text }) => status === 400 && text.includes('HTTP request to an HTTPS server'),
    says: () => 'speaks TLS; try https:// instead of http://',
  },
  {
    is: ({ text }) => /"kind"\s*:\s*"Status"/.test(text),
    says: () =>
      'is a Kubernetes API server; probe the Prometheus in the cluster: kubectl port-forward its Service and give that address',
  },
  {
    is: ({ status, isAws }) => isAws && (status === 401 || status === 403),
    says: ({ status }) =>
      `answered ${status}: AWS wants requests signed with SigV4; start aws-sigv4-proxy with the region of the workspace and probe that`,
  },
  {
    is: grafanaVersion,
    says: (_, version) => `is Grafana ${version}, which shows what a Prometheus has and is none; ${GRAFANA}`,
  },
  {
    is: ({ text, status }) => status >= 400 && /no org id/i.test(text),
    says: () => 'wants to know the tenant (X-Scope-OrgID); probe through a proxy that sets the header',
  },
  {
    is: ({ status }) => status === 401 || status === 403,
    says: ({ status, hasToken }) =>
      hasToken
        ? `answered ${status}: it does not accept the token of --bearer-file for queries; check whether it has expired and what it may do`
        : `answered ${status}: it wants to know who asks; give a token by --bearer-file FILE`,
  },
  {
    is: ({ status, location }) => status >= 300 && status < 400 && (location === '' ? ' ' : location),
    says: ({ base }, location) => {
      const target = URL.parse(location, base.href);
      const to = target === null ? '' : ` to ${target.origin}${target.pathname}`;
      return `redirects${to}, as login pages do; give the address behind the login, or a token by --bearer-file`;
    },
  },
  {
    is: ({ text }) => parse(text)?.['status'] === 'success',
    says: () => 'answers now, and did not a moment ago; probe again',
  },
  {
    is: ({ text }) => {
      const body = parse(text);
      return body?.['status'] === 'error' && [body['errorType'], body['error']].join(': ');
    },
    says: ({ status }, error) =>
      `is a query API and answered ${status} to the simplest question: ${cut(error)}`,
  },
  {
    is: ({ status }) => status === 503,
    says: () =>
      'answered 503: a Prometheus that is starting reads its log first, which can take minutes, or the proxy in front of it has no server that is ready; ask again',
  },
  {
    is: ({ status }) => status === 405,
    says: () =>
      'answered 405: it takes no questions by POST, and lists of clusters outgrow every address line; allow POST to /api/v1/query and /api/v1/query_range',
  },
  {
    is: ({ status }) => status === 429,
    says: () => 'answered 429: it has too much to do; ask again later',
  },
  {
    is: ({ status }) => status === 502 || status === 504,
    says: ({ status }) => `answered ${status}: the proxy there reaches no Prometheus behind it`,
  },
  {
    is: elsewhere,
    says: (_, address) => `has no query API, but ${address} has; use --prometheus ${address}`,
  },
  {
    is: ({ text, type }) => /^\s*</.test(text) || type.includes('html'),
    says: ({ status, text }) => {
      const title = /<title[^>]*>([^<]{1,80})/i.exec(text)?.[1];
      return `answered ${status} with an HTML page${title === undefined ? '' : ` ("${cut(title)}")`} instead of JSON, as login pages and consoles do; ${EXPECTED}`;
    },
  },
  {
    is: () => true,
    says: ({ status, text }) => {
      const said = cut(text).slice(0, 120);
      return `answered ${status}${said === '' ? '' : ` (${said})`} to /api/v1/query: it is another API; ${EXPECTED}`;
    },
  },
];

const GRAFANA =
  'its data sources answer queries under <its address>/api/datasources/proxy/uid/<uid of the data source>, with a service account’s token in --bearer-file';

/** Grafana tells its version to everybody; a data source behind it is asked under a path that is not its own. */
async function grafanaVersion({ base, status }: Seen, look: Look): Promise<string | undefined> {
  if (base.pathname.includes('/api/datasources/') || status === 503) return undefined;
  const health = parse((await look('/api/health')).text);
  const isGrafana = health !== undefined && 'database' in health && 'version' in health;
  return isGrafana ? cut(String(health['version'])).slice(0, 40) : undefined;
}

/** Paths under which query APIs usually lie, from the root of a host. */
const USUAL_PATHS = ['', '/prometheus', '/api/prom', '/select/0/prometheus'];

/** The address of a query API on the same host. */
async function elsewhere({ base }: Seen, look: Look): Promise<string | undefined> {
  const own = base.pathname.replace(/\/+$/, '');
  for (const path of USUAL_PATHS.filter((usual) => usual !== own)) {
    const body = parse((await look(`/${path}/api/v1/query`)).text);
    if (body !== undefined && body['status'] === 'success') return `${base.origin}${path}`;
  }
  return undefined;
}

function parse(text: string): Record<string, unknown> | undefined {
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : undefined;
  } catch (error) {
    // No JSON is an answer to the question whether it is this JSON.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
