import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { Ajv2019 } from "ajv/dist/2019.js";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { secretSettings, settingNames } from "../../src/config.ts";
import { root, tool } from "./tool.ts";

interface Service {
  readonly image: string;
  readonly build?: string;
  readonly profiles: readonly string[];
  readonly read_only?: boolean;
  readonly tmpfs?: readonly string[];
  readonly cap_drop?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly stop_grace_period?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly secrets?: readonly string[];
  readonly volumes?: readonly string[];
  readonly ports?: readonly string[];
  readonly networks?: readonly string[];
}

const read = (name: string): string => readFileSync(join(root, name), "utf8");
const compose: {
  readonly services: Readonly<Record<string, Service>>;
  readonly secrets: Readonly<Record<string, { readonly file: string }>>;
  readonly volumes: Readonly<Record<string, unknown>>;
} = parse(read("compose.yaml"), { merge: true });
const services = Object.entries(compose.services);
const own = services.filter(([, { build }]) => build !== undefined);
const inProfile = (profile: string): string[] =>
  services.filter(([, { profiles }]) => profiles.includes(profile)).map(([name]) => name);
const schema = tool("compose-spec.json");

describe("compose.yaml", () => {
  it.skipIf(schema.missing)("is as the compose specification says", () => {
    const ajv = new Ajv2019({ strict: false, validateFormats: false });
    // Its parts have ids as in an older draft, which nothing refers to.
    const withoutIds = (key: string, value: unknown): unknown =>
      key === "$schema" || (key === "id" && typeof value === "string") ? undefined : value;
    const check = ajv.compile(JSON.parse(readFileSync(schema.path, "utf8"), withoutIds));
    expect([check(compose), check.errors ?? []]).toEqual([true, []]);
    expect(check({ ...compose, services: { patchbay: { imag: "x" } } })).toBe(false);
  });

  it("has one server with SQLite, and three with PostgreSQL and all around them", () => {
    expect(inProfile("sqlite")).toEqual(["patchbay"]);
    expect(inProfile("replicas")).toEqual([
      "patchbay-1",
      "patchbay-2",
      "patchbay-3",
      "migrate",
      "postgres",
      "proxy",
      "prometheus",
      "grafana",
    ]);
    expect(services.filter(([, { profiles }]) => profiles.length !== 1)).toEqual([]);
  });

  it("runs Patchbay without rights, on a read-only root, and with time to finish", () => {
    expect(own.map(([name]) => name)).toEqual([
      "patchbay",
      "patchbay-1",
      "patchbay-2",
      "patchbay-3",
      "migrate",
    ]);
    for (const [, service] of own)
      expect(service).toMatchObject({
        read_only: true,
        tmpfs: ["/tmp"],
        cap_drop: ["ALL"],
        security_opt: ["no-new-privileges:true"],
        stop_grace_period: "40s",
      });
  });

  it("gives Patchbay settings that it has, secrets only as files, and files that are mounted", () => {
    for (const [name, { environment = {}, secrets = [] }] of own) {
      const ofFiles = new Set(secretSettings.map((setting) => `${setting}_FILE`));
      const settings = Object.entries(environment);
      expect([name, settings.filter(([key]) => !settingNames.includes(key) && !ofFiles.has(key))]).toEqual([
        name,
        [],
      ]);
      expect([name, settings.filter(([key]) => secretSettings.includes(key))]).toEqual([name, []]);
      const paths = settings.map(([, value]) => value).filter((value) => value.startsWith("/run/secrets/"));
      expect(paths.filter((path) => !secrets.includes(path.slice("/run/secrets/".length)))).toEqual([]);
    }
  });

  it("leaves the HTTP API off unless API_PORT is set", () => {
    for (const name of ["patchbay", "patchbay-1"])
      expect(compose.services[name]?.environment).toMatchObject({
        API_HOST: "0.0.0.0",
        API_PORT: "${API_PORT:-}",
      });
    expect(compose.services["patchbay"]?.ports).toEqual(["127.0.0.1:3000:3000"]);
  });

  it("defines every secret and volume that a service names, and no other", () => {
    const named = new Set(services.flatMap(([, { secrets = [] }]) => secrets));
    expect([...named].toSorted()).toEqual(Object.keys(compose.secrets).toSorted());
    const sources = services.flatMap(([, { volumes = [] }]) =>
      volumes.map((volume) => volume.split(":")[0] ?? ""),
    );
    expect(sources.filter((source) => source.startsWith(".") && !existsSync(join(root, source)))).toEqual([]);
    const ofVolumes = sources.filter((source) => !source.startsWith("."));
    expect(ofVolumes.toSorted()).toEqual(Object.keys(compose.volumes).toSorted());
  });

  it("has every secret made by the script, but Slack's", () => {
    const script = read("deploy/compose/make-secrets");
    const made = [...script.matchAll(/\bkeep (\w+)/gu)].map(([, name = ""]) => name);
    expect([...made, "slack_bot_token", "slack_signing_secret"].toSorted()).toEqual(
      Object.keys(compose.secrets).toSorted(),
    );
    expect(read(".gitignore")).toContain("deploy/compose/secrets/\n");
    expect(statSync(join(root, "deploy/compose/make-secrets")).mode & 0o111).toBe(0o111);
  });

  it("publishes only the proxy beyond this machine, and keeps the database on a network of its own", () => {
    const open = services.filter(([, { ports = [] }]) =>
      ports.some((port) => !port.startsWith("127.0.0.1:")),
    );
    expect(open.map(([name]) => name)).toEqual(["proxy"]);
    expect(compose.services["postgres"]?.networks).toEqual(["database"]);
  });

  it("names exact versions of the images that it does not build", () => {
    const others = services.filter(([, { build }]) => build === undefined).map(([, { image }]) => image);
    expect(others.filter((image) => !/:v?\d/u.test(image))).toEqual([]);
  });

  it("sends the proxy and Prometheus to each of the servers", () => {
    const servers = inProfile("replicas").filter((name) => name.startsWith("patchbay-"));
    const addresses = servers.map((name) => `${name}:3000`);
    expect(read("deploy/compose/Caddyfile")).toContain(`reverse_proxy ${addresses.join(" ")} {`);
    const { scrape_configs: jobs } = parse(read("deploy/compose/prometheus.yaml"));
    expect(jobs).toMatchObject([{ job_name: "patchbay", static_configs: [{ targets: addresses }] }]);
  });
});
