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

/** What Helm answers to values of the form `path=value`. */
export function helmTemplate(values: readonly string[]): {
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
} {
  const args = ["template", "patchbay", chart, ...values.flatMap((value) => ["--set", value])];
  const { status, stdout, stderr } = spawnSync(helm.path, args, { encoding: "utf8" });
  return { status, out: stdout, err: stderr };
}

/** The manifests that values render. */
export function rendered(values: readonly string[]): readonly Manifest[] {
  const { status, out, err } = helmTemplate(values);
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
