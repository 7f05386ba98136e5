/**
 * What a browser may do with our pages: show them with our own style and script, send forms to us, and nothing else.
 *
 * @param frameAncestors who may show them in a frame: origins, or nobody
 */
export function pagePolicy(frameAncestors: readonly string[]): string {
  const ancestors = frameAncestors.length === 0 ? "'none'" : frameAncestors.join(' ');
  return `default-src 'none'; style-src 'self'; script-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors ${ancestors}`;
}
