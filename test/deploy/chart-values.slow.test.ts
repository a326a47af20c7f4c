import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { read } from "../documents/documents.ts";
import { temporaryFolder } from "../sqlite/support.ts";
import { digest, everything, helm, only, rendered, sqlite } from "./chart.ts";

describe.skipIf(helm.missing)("the chart's values", () => {
  it("of docs/deploy.md render several servers", () => {
    const [, values = ""] = /^```yaml\n(# values\.yaml\n[\s\S]*?)^```$/mu.exec(read("docs/deploy.md")) ?? [];
    const file = join(temporaryFolder(), "values.yaml");
    writeFileSync(file, values);
    const kinds = rendered([], file).map(({ kind }) => kind);
    expect(kinds).toEqual(expect.arrayContaining(["Deployment", "Job", "Ingress", "ServiceMonitor"]));
  });

  it("serves the HTTP API on a port of its own, for those who are named, and not by default", () => {
    const apiOf = (...values: string[]) => {
      const manifests = rendered([...sqlite, ...values]);
      const { env, ports } = only(manifests, "Deployment").spec.template.spec.containers[0];
      return {
        env: env.filter(({ name }: { name: string }) => name.startsWith("API_")),
        ports: ports.map(({ name }: { name: string }) => name),
        service: only(manifests, "Service").spec.ports.map(({ port }: { port: number }) => port),
        open: only(manifests, "NetworkPolicy").spec.ingress.flatMap((rule: { ports: { port: number }[] }) =>
          rule.ports.map(({ port }) => port),
        ),
      };
    };
    expect(apiOf()).toEqual({ env: [], ports: ["http"], service: [3000], open: [3000] });
    const on = {
      env: [
        { name: "API_HOST", value: "0.0.0.0" },
        { name: "API_PORT", value: "3002" },
      ],
      ports: ["http", "api"],
      service: [3000, 3002],
    };
    expect(apiOf("api.enabled=true")).toEqual({ ...on, open: [3000] });
    const toProxy = "api.from[0].podSelector.matchLabels.app=proxy";
    expect(apiOf("api.enabled=true", toProxy)).toEqual({ ...on, open: [3000, 3002] });
  });

  it("lets pods reach the receiver of traces, and no port of it otherwise", () => {
    const portsOf = (...values: string[]): unknown[] =>
      only(rendered([...sqlite, ...values]), "NetworkPolicy").spec.egress.flatMap(
        ({ ports }: { ports: { port: number }[] }) => ports.map(({ port }) => port),
      );
    expect(portsOf()).toEqual([53, 53, 443]);
    expect(portsOf("otlp.endpoint=http://collector.monitoring:4318")).toEqual([53, 53, 443, 4318]);
    expect(portsOf("otlp.endpoint=http://collector.monitoring")).toEqual([53, 53, 443, 80]);
    const { env } = only(rendered([...sqlite, "otlp.endpoint=http://c:1"]), "Deployment").spec.template.spec
      .containers[0];
    expect(env).toContainEqual({ name: "OTEL_EXPORTER_OTLP_ENDPOINT", value: "http://c:1" });
  });

  it("lets nothing but /slack/ in from outside, and /hooks/ if alerts are wanted", () => {
    const pathsOf = (...values: string[]) =>
      only(rendered([...everything, ...values]), "Ingress").spec.rules[0].http.paths.map(
        ({ path }: { path: string }) => path,
      );
    expect(pathsOf()).toEqual(["/slack/"]);
    expect(pathsOf("ingress.hooks=true")).toEqual(["/slack/", "/hooks/"]);
  });

  it("runs the image of a digest, and takes the database's certificate authority to servers and migration", () => {
    for (const kind of ["Deployment", "Job"]) {
      const { containers, volumes } = only(rendered(everything), kind).spec.template.spec;
      const [{ image, env, volumeMounts }] = containers;
      expect(image).toBe(`registry.example.com/patchbay@${digest}`);
      expect(env).toContainEqual({ name: "NODE_EXTRA_CA_CERTS", value: "/run/database-ca/ca.pem" });
      expect(volumeMounts).toContainEqual({
        name: "database-ca",
        mountPath: "/run/database-ca",
        readOnly: true,
      });
      expect(volumes).toContainEqual({ name: "database-ca", configMap: { name: "database-ca" } });
    }
  });

  it("passes on a large number of a file of values as it is written", () => {
    const file = join(temporaryFolder(), "values.yaml");
    writeFileSync(file, "settings: { VENDOR_TIMEOUT_MS: 12345678 }\n");
    const { env } = only(rendered(sqlite, file), "Deployment").spec.template.spec.containers[0];
    expect(env).toContainEqual({ name: "VENDOR_TIMEOUT_MS", value: "12345678" });
  });
});
