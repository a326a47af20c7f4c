import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { secretSettings } from "../../src/config.ts";
import { chart, everything, helm, only, postgres, rendered, sqlite } from "./chart.ts";
import { kubernetesFaults } from "./kubernetes-faults.ts";
import { root, tool } from "./tool.ts";

const types = tool("kubernetes");
const sqliteToo = [...sqlite, "database.storageClass=fast,auditSigningKey.existingSecret=patchbay-audit"];

describe.skipIf(helm.missing)("the chart", () => {
  it("passes Helm's own checks", () => {
    const args = ["lint", "--strict", chart, ...sqlite.flatMap((value) => ["--set", value])];
    const { status, stdout } = spawnSync(helm.path, args, { encoding: "utf8" });
    expect([status, stdout]).toEqual([0, expect.stringContaining("0 chart(s) failed")]);
  });

  it("runs one server with a volume on SQLite, never two at once", () => {
    const manifests = rendered(sqlite);
    expect(manifests.map(({ kind }) => kind).toSorted()).toEqual([
      "Deployment",
      "NetworkPolicy",
      "PersistentVolumeClaim",
      "Service",
    ]);
    const { spec } = only(manifests, "Deployment");
    expect([spec.replicas, spec.strategy]).toEqual([1, { type: "Recreate" }]);
    expect(only(manifests, "PersistentVolumeClaim").spec.accessModes).toEqual(["ReadWriteOnce"]);
    expect(spec.template.spec.containers[0].volumeMounts).toContainEqual({
      name: "data",
      mountPath: "/data",
    });
  });

  it("runs several servers on PostgreSQL, replaced one by one after the migration", () => {
    const manifests = rendered(postgres);
    expect(manifests.map(({ kind }) => kind).toSorted()).toEqual([
      "Deployment",
      "Job",
      "NetworkPolicy",
      "PodDisruptionBudget",
      "Service",
    ]);
    const { spec } = only(manifests, "Deployment");
    expect([spec.replicas, spec.strategy]).toEqual([
      3,
      { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
    ]);
    const job = only(manifests, "Job");
    expect(job).toMatchObject({ metadata: { annotations: { "helm.sh/hook": "pre-install,pre-upgrade" } } });
    expect(job.spec.template.spec.containers[0].args).toEqual(["migrate", "--grant-to", "patchbay"]);
    // The owner's URL reaches the migration alone.
    expect(JSON.stringify(spec)).not.toContain("patchbay-owner");
    const labels = spec.template.metadata.labels;
    for (const kind of ["PodDisruptionBudget", "NetworkPolicy"]) {
      const { selector, podSelector = selector } = only(manifests, kind).spec;
      expect(labels).toMatchObject(podSelector.matchLabels);
    }
    expect(labels).not.toMatchObject(job.spec.template.metadata.labels);
  });

  it("serves on while load balancers learn that a server stops, and then gives it time to finish", () => {
    const { spec } = only(rendered([...postgres, "preStopSeconds=7"]), "Deployment");
    const pod = spec.template.spec;
    expect(pod.terminationGracePeriodSeconds).toBeGreaterThanOrEqual(7 + 40);
    expect(pod.containers[0].lifecycle.preStop.exec.command).toEqual([
      "node",
      "-e",
      "setTimeout(() => {}, 7000)",
    ]);
    const { startupProbe, livenessProbe, readinessProbe } = pod.containers[0];
    expect([startupProbe, livenessProbe, readinessProbe].map((probe) => probe.httpGet.path)).toEqual([
      "/healthz",
      "/healthz",
      "/readyz",
    ]);
  });

  it("runs without rights on a read-only root, with secrets as files", () => {
    for (const kind of ["Deployment", "Job"]) {
      const pod = only(rendered(everything), kind).spec.template.spec;
      expect(pod).toMatchObject({
        automountServiceAccountToken: false,
        securityContext: {
          runAsNonRoot: true,
          runAsUser: 10_001,
          seccompProfile: { type: "RuntimeDefault" },
        },
      });
      const [container] = pod.containers;
      expect(container.securityContext).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ["ALL"] },
      });
      const env: readonly { name: string; value: string }[] = container.env;
      expect(env.filter(({ name }) => secretSettings.includes(name))).toEqual([]);
      const files = env
        .filter(({ name }) => name.endsWith("_FILE"))
        .map(({ name }) => name.replace(/_FILE$/u, ""));
      expect(files.filter((name) => !secretSettings.includes(name))).toEqual([]);
      const mounts: readonly { mountPath: string }[] = container.volumeMounts;
      const paths = env.map(({ value }) => value).filter((value) => value.startsWith("/run/secrets/"));
      expect(paths.length).toBeGreaterThan(0);
      expect(
        paths.filter((path) => !mounts.some(({ mountPath }) => path.startsWith(`${mountPath}/`))),
      ).toEqual([]);
    }
  });

  it("offers every secret setting as a key of the Secret", () => {
    const { properties } = JSON.parse(readFileSync(join(chart, "values.schema.json"), "utf8"));
    expect(properties.secrets.properties.keys.items.enum.toSorted()).toEqual(secretSettings.toSorted());
  });

  it("has the alerts as they are in deploy/prometheus, and the job's name that they look for", () => {
    const manifests = rendered(everything);
    const rules = parse(readFileSync(join(root, "deploy/prometheus/patchbay.rules.yaml"), "utf8"));
    expect(only(manifests, "PrometheusRule").spec).toEqual(rules);
    expect(only(manifests, "ServiceMonitor").spec.jobLabel).toBe("app.kubernetes.io/name");
    expect(only(manifests, "Service")).toMatchObject({
      metadata: { labels: { "app.kubernetes.io/name": "patchbay" } },
    });
  });

  it.skipIf(types.missing)("renders what Kubernetes and the Prometheus operator take", () => {
    const deployment = only(rendered(sqlite), "Deployment");
    const broken = [{ replica: 1 }, { replicas: "one" }].map((more) => ({
      ...deployment,
      spec: { ...deployment.spec, ...more },
    }));
    const all = [...rendered(sqliteToo), ...rendered(everything), ...broken];
    expect(kubernetesFaults(all, types.path)).toEqual([
      expect.stringContaining(`"replica": Object literal may only specify known properties`),
      expect.stringContaining(`"replicas": Type 'string' is not assignable to type 'number`),
    ]);
  });
});
