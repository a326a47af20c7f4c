import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect } from "vitest";
import { parseAllDocuments } from "yaml";
import { root, tool } from "./tool.ts";

/** A rendered resource. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string };
  // oxlint-disable-next-line typescript/no-explicit-any -- each kind has a shape of its own, which the schemas check
  readonly spec: any;
}

export const chart = join(root, "deploy/helm/patchbay");
export const helm = tool("helm");
/** The least that SQLite needs, and below, PostgreSQL. */
export const sqlite = ["image.repository=registry.example.com/patchbay", "secrets.existingSecret=patchbay"];
export const postgres = [
  ...sqlite,
  "database.kind=postgres",
  "secrets.keys={SLACK_SIGNING_SECRET,SLACK_BOT_TOKEN,CREDENTIAL_KEYS,DATABASE_URL,METRICS_TOKEN}",
  "migration.existingSecret=patchbay-owner",
];

/** An image by its content. */
export const digest = `sha256:${"0".repeat(64)}`;

/** Values for everything that the chart can do on PostgreSQL. */
export const everything = [
  ...postgres,
  "auditSigningKey.existingSecret=patchbay-audit",
  "ingress.enabled=true,ingress.host=patchbay.example.com,ingress.className=nginx,ingress.tlsSecret=tls",
  "ingress.annotations.one=two",
  "serviceMonitor.enabled=true,serviceMonitor.labels.release=prometheus",
  "prometheusRule.enabled=true,prometheusRule.labels.release=prometheus",
  "networkPolicy.from[0].namespaceSelector.matchLabels.name=ingress",
  "networkPolicy.databaseTo[0].ipBlock.cidr=10.0.0.5/32",
  "imagePullSecrets[0].name=registry",
  "nodeSelector.disk=ssd",
  "tolerations[0].operator=Exists",
  "podAnnotations.one=two",
  "settings.LOG_LEVEL=debug",
  `image.digest=${digest},database.caConfigMap=database-ca`,
  "otlp.endpoint=http://collector.monitoring:4318",
  "api.enabled=true,api.from[0].podSelector.matchLabels.app=proxy",
];

/** What Helm answers to values of the form `path=value`, and to those of files. */
export function helmTemplate(
  values: readonly string[],
  ...files: readonly string[]
): {
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
} {
  const given = [...files.map((file) => ["-f", file]), ...values.map((value) => ["--set", value])];
  const args = ["template", "patchbay", chart, ...given.flat()];
  const { status, stdout, stderr } = spawnSync(helm.path, args, { encoding: "utf8" });
  return { status, out: stdout, err: stderr };
}

/** The manifests that values render. */
export function rendered(values: readonly string[], ...files: readonly string[]): readonly Manifest[] {
  const { status, out, err } = helmTemplate(values, ...files);
  if (status !== 0) throw new Error(err);
  return parseAllDocuments(out)
    .map((document) => document.toJS())
    .filter(Boolean);
}

/** The only manifest of a kind. */
export function only(manifests: readonly Manifest[], kind: string): Manifest {
  const found = manifests.filter((manifest) => manifest.kind === kind);
  expect([kind, found.length]).toEqual([kind, 1]);
  return found[0] ?? expect.fail(kind);
}
