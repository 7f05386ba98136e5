import {
  at,
  type Fields,
  fieldsAt,
  isFields,
  listAt,
  type Manifest,
  type Path,
  textAt,
} from '../manifest.ts';

/** An Application, or what an ApplicationSet makes Applications of. */
export interface Application {
  readonly fields: Fields;
  /** Where it stands in its manifest. */
  readonly root: Path;
  /** Whether syncs of it ask the gate. */
  readonly asks: boolean;
  /** Whether it holds a soak Job and nothing else. A template with a role to be filled in may stand for both. */
  readonly soaks: boolean;
}

/** The label that tells what an Application is there for. */
export const ROLE_LABEL = 'tidegate.io/role';

/** The Application of a manifest; undefined for other kinds, and for one that is labelled as none of the gate's. */
export function applicationOf({ kind, fields }: Manifest): Application | undefined {
  const root: Path | undefined =
    kind === 'Application' ? [] : kind === 'ApplicationSet' ? ['spec', 'template'] : undefined;
  if (root === undefined) return undefined;
  const own = fieldsAt(fields, root);
  const role = textAt(own, ['metadata', 'labels', ROLE_LABEL]);
  const isOpen = role?.includes('{{') === true;
  return role === 'none'
    ? undefined
    : { fields: own, root, asks: isOpen || role !== 'soak', soaks: isOpen || role === 'soak' };
}

/** One place of an Application that manifests come from. */
export interface Source {
  readonly fields: Fields;
  readonly path: Path;
}

/** The sources of an Application, one or several. */
export function sourcesOf({ fields }: Application): readonly Source[] {
  const single = at(fields, ['spec', 'source']);
  const several = listAt(fields, ['spec', 'sources']);
  return [
    ...(isFields(single) ? [{ fields: single, path: ['spec', 'source'] }] : []),
    ...several.flatMap((source, i) =>
      isFields(source) ? [{ fields: source, path: ['spec', 'sources', i] }] : [],
    ),
  ];
}

/** The sync options of an Application, with their places. */
export function syncOptionsOf({ fields }: Application): readonly { option: string; at: Path }[] {
  return listAt(fields, ['spec', 'syncPolicy', 'syncOptions']).flatMap((option, i) =>
    typeof option === 'string' ? [{ option, at: ['spec', 'syncPolicy', 'syncOptions', i] }] : [],
  );
}
