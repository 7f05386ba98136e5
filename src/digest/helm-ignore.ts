import { DigestError } from './digest-error.ts';

/** Whether Helm leaves a path out of a chart. */
export type Ignores = (path: string, isFolder: boolean) => boolean;

interface Rule {
  readonly isNegated: boolean;
  readonly foldersOnly: boolean;
  readonly matches: (path: string) => boolean;
}

/**
 * The rules of a `.helmignore`. They look like those of Git and are not: there is no `**`, the first rule that decides does,
 * and a negated rule leaves out whatever it does not match.
 *
 * @throws DigestError for a rule that Helm refuses
 * @see https://github.com/helm/helm/blob/main/pkg/ignore/rules.go
 */
export function helmIgnore(text: string): Ignores {
  const rules = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map(ruleOf);
  return (path, isFolder) => {
    for (const { isNegated, foldersOnly, matches } of rules) {
      const fits = !(foldersOnly && !isFolder) && matches(path);
      if (isNegated && !fits) return true;
      if (!isNegated && fits) return true;
    }
    return false;
  };
}

function ruleOf(line: string): Rule {
  if (line.includes('**')) {
    throw new DigestError(`.helmignore: the rule ${line} holds **, which Helm refuses; name one level`);
  }
  const isNegated = line.startsWith('!');
  const bare = isNegated ? line.slice(1) : line;
  const foldersOnly = bare.endsWith('/');
  const pattern = foldersOnly ? bare.slice(0, -1) : bare;
  const glob = globOf(pattern.replace(/^\//, ''), line);
  const isPath = pattern.includes('/');
  return {
    isNegated,
    foldersOnly,
    matches: (path) => glob.test(isPath ? path : (path.split('/').at(-1) ?? path)),
  };
}

/** A pattern of Go's filepath.Match. */
function globOf(pattern: string, line: string): RegExp {
  let source = '';
  for (let at = 0; at < pattern.length; at += 1) {
    const sign = pattern.charAt(at);
    if (sign === '*') source += '[^/]*';
    else if (sign === '?') source += '[^/]';
    else if (sign === '[') {
      const end = pattern.indexOf(']', at + 2);
      if (end < 0) throw new DigestError(`.helmignore: the rule ${line} has no end of its [`);
      source += `[${pattern.slice(at + 1, end).replaceAll(/[[\]]/g, '\\$&')}]`;
      at = end;
    } else if (sign === '\\') {
      at += 1;
      source += literal(pattern.charAt(at));
    } else source += literal(sign);
  }
  return new RegExp(`^${source}$`, 'su');
}

function literal(sign: string): string {
  return sign.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
