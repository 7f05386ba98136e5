/** Namespaces that hold add-ons, as a matcher; one list for signals and context panels. */
export const ADDON_NAMESPACES =
  '=~kube-system|karpenter|argocd|kyverno|cert-manager|external-secrets|ack-system';
