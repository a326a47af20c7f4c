import { config as readDotenv } from "dotenv";
import { z } from "zod";
import { ownValue } from "./domain/shared/own-value.ts";
import type { VendorId } from "./domain/vendor/vendor.ts";
import type { PostgresUrl } from "./postgres/connection/postgres-url.ts";
import { slackEnvironment, slackFaults, slackSettings, type SlackConfig } from "./config/slack-config.ts";
import { eachVendor, vendorIds, vendors } from "./vendors/index.ts";
import { otlpConfig, otlpEnvironment, type OtlpConfig } from "./config/otlp-config.ts";
import { withSecretFiles } from "./config/secret-files.ts";
import {
  apiUrl,
  cleanSettings,
  credentialKeys,
  databaseUrl,
  hostName,
  secret,
  text,
  wholeNumber,
} from "./config/setting-values.ts";

/** All settings, parsed and checked. They contain secrets, so they are never logged. */
export interface Config {
  readonly slack: SlackConfig | undefined;
  readonly slackApiUrl: string;
  /** In Socket Mode, only this machine by default, because nothing has to connect to it. */
  readonly host: string;
  readonly port: number;
  /** Where the HTTP API listens; undefined if it is off. */
  readonly api: { readonly host: string; readonly port: number } | undefined;
  /** A bearer token that gives access to the metrics from anywhere. Without it, only this machine has access. */
  readonly metricsToken: string | undefined;
  /** Where traces and metrics are sent; undefined if nothing is. */
  readonly otlp: OtlpConfig | undefined;
  /** The SQLite file, unless `postgres` is set. */
  readonly databasePath: string;
  /** The PostgreSQL database in place of the file. */
  readonly postgres: PostgresUrl | undefined;
  /** The same database without a pooler in between, where signals are received; `postgres` by default. */
  readonly postgresListen: PostgresUrl | undefined;
  /** The path of the key that signs the audit log's checkpoints; next to a SQLite file by default. */
  readonly auditSigningKeyPath: string | undefined;
  /** The file for this server's copy of the checkpoints in PostgreSQL. */
  readonly auditCheckpointsPath: string | undefined;
  /** Newest first. */
  readonly credentialKeys: readonly { readonly id: string; readonly key: Uint8Array }[];
  readonly vendorUrls: Readonly<Record<VendorId, string>>;
  readonly vendorTimeoutMs: number;
  /** Whether webhooks and Grafana's schedules may lead to private addresses, over plain HTTP too. */
  readonly allowPrivateWebhooks: boolean;
  /** PagerDuty's API, for notes in the timeline of an alert, schedules and pages. */
  readonly pagerDutyUrl: string;
  readonly logLevel: "trace" | "debug" | "info" | "warn" | "error" | "fatal" | "silent";
}

/** Thrown for invalid settings. It names every fault and quotes no secret. */
export class ConfigError extends Error {
  readonly faults: readonly string[];
  constructor(faults: readonly string[]) {
    super(
      `Invalid settings:\n${faults.map((fault) => `  - ${fault}`).join("\n")}\n.env.example says where to get each.`,
    );
    this.name = "ConfigError";
    this.faults = faults;
  }
}

const environment = z.object({
  ...slackEnvironment.shape,
  SLACK_API_URL: apiUrl.default("https://slack.com/api"),
  HOST: hostName.optional(),
  PORT: wholeNumber(0, 65_535).default(3000),
  API_HOST: hostName.optional(),
  API_PORT: wholeNumber(0, 65_535).optional(),
  METRICS_TOKEN: secret.min(16, "must have at least 16 characters").optional(),
  ...otlpEnvironment,
  DATABASE_PATH: text.default("./data/patchbay.db"),
  DATABASE_URL: databaseUrl.optional(),
  DATABASE_LISTEN_URL: databaseUrl.optional(),
  AUDIT_SIGNING_KEY_PATH: text.optional(),
  AUDIT_CHECKPOINTS_PATH: text.optional(),
  CREDENTIAL_KEYS: credentialKeys,
  VENDOR_TIMEOUT_MS: wholeNumber(100, 60_000).default(10_000),
  WEBHOOKS_ALLOW_PRIVATE: z.enum(["true", "false"], { error: "must be true or false" }).default("false"),
  PAGERDUTY_API_URL: apiUrl.default("https://api.pagerduty.com"),
  LOG_LEVEL: z
    .enum(["trace", "debug", "info", "warn", "error", "fatal", "silent"], {
      error: "must be trace, debug, info, warn, error, fatal or silent",
    })
    .default("info"),
});

const withoutKeys = environment.extend({ CREDENTIAL_KEYS: credentialKeys.optional() });

/** The name of the setting for the base URL of a vendor's API: `CARTESIA_API_URL`. */
const vendorUrlSetting = (id: VendorId): string => `${id.toUpperCase()}_API_URL`;

const vendorUrls = z.object(
  Object.fromEntries(vendorIds.map((id) => [vendorUrlSetting(id), apiUrl.default(vendors[id].apiUrl)])),
);

/** The names of all settings. .env.example describes each one, and the vendors' as `<VENDOR>_API_URL`. */
export const settingNames: readonly string[] = [
  ...Object.keys(environment.shape),
  ...Object.keys(vendorUrls.shape),
];

/** The settings that may be in a file instead, which `<SETTING>_FILE` names. */
export const secretSettings: readonly string[] = [
  ...Object.keys(slackEnvironment.shape),
  "METRICS_TOKEN",
  "OTEL_EXPORTER_OTLP_HEADERS",
  "DATABASE_URL",
  "DATABASE_LISTEN_URL",
  "CREDENTIAL_KEYS",
];

/** What the settings are for: the whole server, the database without Slack, or only reading the audit log. */
export type ConfigScope = "slack" | "database" | "audit";

/**
 * Parses settings from an environment. Empty values count as absent, and blanks, line breaks and quotes around a value
 * are removed. `slack` is absent for commands that need only the database; commands that only read the audit log need
 * no credential keys. Throws a ConfigError that names every fault at once.
 */
export function readConfig(env: Readonly<Record<string, string | undefined>>, needs: ConfigScope): Config {
  const secrets = withSecretFiles(env, secretSettings);
  const given = cleanSettings(secrets.env, settingNames);
  const read = (needs === "audit" ? withoutKeys : environment).safeParse(given);
  const urls = vendorUrls.safeParse(given);
  const faults = [read, urls].flatMap(({ error }) =>
    (error?.issues ?? []).map(({ path, message }) => `${path.join(".")} ${message}`),
  );
  if (needs === "slack") faults.push(...slackFaults(given));
  if (given["DATABASE_URL"] !== undefined && given["DATABASE_PATH"] !== undefined)
    faults.push("DATABASE_PATH (SQLite) and DATABASE_URL (PostgreSQL) cannot both be set");
  if (given["DATABASE_LISTEN_URL"] !== undefined && given["DATABASE_URL"] === undefined)
    faults.push("DATABASE_LISTEN_URL is for DATABASE_URL only: SQLite has one server");
  if (given["AUDIT_CHECKPOINTS_PATH"] !== undefined && given["DATABASE_URL"] === undefined)
    faults.push("AUDIT_CHECKPOINTS_PATH is for DATABASE_URL only: SQLite's checkpoints are beside its file");
  const ofUnread = (fault: string): boolean => secrets.unread.some((name) => fault.startsWith(`${name} `));
  // A list of two faulty keys has the same fault twice.
  const reported = [...new Set([...secrets.faults, ...faults.filter((fault) => !ofUnread(fault))])];
  if (!read.success || !urls.success || reported.length > 0) throw new ConfigError(reported);
  const set = read.data;
  return {
    slack: needs === "slack" ? slackSettings(set) : undefined,
    slackApiUrl: `${set.SLACK_API_URL}/`,
    host: set.HOST ?? (set.SLACK_APP_TOKEN ? "127.0.0.1" : "0.0.0.0"),
    port: set.PORT,
    api: set.API_PORT === undefined ? undefined : { host: set.API_HOST ?? "127.0.0.1", port: set.API_PORT },
    metricsToken: set.METRICS_TOKEN,
    otlp: otlpConfig(set),
    databasePath: set.DATABASE_PATH,
    postgres: set.DATABASE_URL,
    postgresListen: set.DATABASE_LISTEN_URL,
    auditSigningKeyPath: set.AUDIT_SIGNING_KEY_PATH,
    auditCheckpointsPath: set.AUDIT_CHECKPOINTS_PATH,
    credentialKeys: set.CREDENTIAL_KEYS ?? [],
    vendorUrls: eachVendor((id) => ownValue(urls.data, vendorUrlSetting(id)) ?? vendors[id].apiUrl),
    vendorTimeoutMs: set.VENDOR_TIMEOUT_MS,
    allowPrivateWebhooks: set.WEBHOOKS_ALLOW_PRIVATE === "true",
    pagerDutyUrl: set.PAGERDUTY_API_URL,
    logLevel: set.LOG_LEVEL,
  };
}

/** The settings of this process, including those of a `.env` file in its folder. */
export function configFromProcess(needs: ConfigScope): Config {
  readDotenv({ quiet: true });
  return readConfig(process.env, needs);
}

/**
 * The files that only their owner should be able to read: `.env`, the database with its additional files, the signing
 * key, the checkpoints.
 */
export function secretFiles(settings: Config): readonly string[] {
  const { databasePath, auditSigningKeyPath, auditCheckpointsPath, postgres } = settings;
  if (postgres)
    return [".env", auditSigningKeyPath, auditCheckpointsPath].filter((path) => path !== undefined);
  const beside = ["", "-wal", "-shm", ".checkpoints.jsonl"].map((end) => `${databasePath}${end}`);
  return [".env", ...beside, sqliteKeyPath(settings)];
}

/** The path of the key that signs the checkpoints of a SQLite file. */
export function sqliteKeyPath({ databasePath, auditSigningKeyPath }: Config): string {
  return auditSigningKeyPath ?? `${databasePath}.audit-key.pem`;
}

/**
 * Whether `npx patchbay start`, `npm start` or `npm run demo` started this process, and not a script that may end
 * before it.
 */
export function hasLauncher(): boolean {
  return ["npx", "start", "demo"].includes(process.env["npm_lifecycle_event"] ?? "");
}

/** The commit that GitHub Actions works for. */
export function builtCommit(): string | undefined {
  const commit = process.env["GITHUB_SHA"]?.trim();
  return commit === "" ? undefined : commit;
}

/** The folders of this machine's programs. */
export function programPath(): string {
  return process.env["PATH"] ?? "";
}

/** The port of the demo's page: PORT, or undefined if it is not a number. */
export function demoPort(): number | undefined {
  const typed = process.env["PORT"]?.trim() ?? "";
  if (typed === "") return undefined;
  const port = Number(typed);
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
  throw new ConfigError([`PORT takes a number from 1 to 65535, not “${typed}”`]);
}
