import { describe, expect, it } from "vitest";
import { digest, helm, helmTemplate, postgres, sqlite } from "./chart.ts";

describe.skipIf(helm.missing)("the chart", () => {
  it.each([
    ["SQLite has exactly one server, and replicas is 2", [...sqlite, "replicas=2"]],
    ["SQLite has exactly one server, and replicas is 0", [...sqlite, "replicas=0"]],
    ["image.repository is required", sqlite.slice(1)],
    ["secrets.existingSecret is required", sqlite.slice(0, 1)],
    ["secrets.keys lacks CREDENTIAL_KEYS", [...sqlite, "secrets.keys={SLACK_BOT_TOKEN}"]],
    [
      "secrets.keys has DATABASE_URL, which needs database.kind: postgres",
      [...postgres, "database.kind=sqlite"],
    ],
    ["migration.existingSecret is set, which needs", [...sqlite, "migration.existingSecret=owner"]],
    ["database.caConfigMap is set, which needs", [...sqlite, "database.caConfigMap=ca"]],
    ["database.existingClaim is a volume for sqlite", [...postgres, "database.existingClaim=data"]],
    ["secrets.keys lacks DATABASE_URL", [...postgres, "secrets.keys={CREDENTIAL_KEYS}"]],
    [
      "secrets.keys lacks SLACK_SIGNING_SECRET",
      [...sqlite, "secrets.keys={CREDENTIAL_KEYS,SLACK_BOT_TOKEN}"],
    ],
    [
      "secrets.keys lacks SLACK_BOT_TOKEN (one workspace), or SLACK_CLIENT_SECRET, SLACK_STATE_SECRET (many)",
      [...sqlite, "secrets.keys={CREDENTIAL_KEYS,SLACK_APP_TOKEN,SLACK_CLIENT_ID}"],
    ],
    [
      "secrets.keys has SLACK_BOT_TOKEN (one workspace) and SLACK_CLIENT_ID (many)",
      [...sqlite, "secrets.keys={CREDENTIAL_KEYS,SLACK_APP_TOKEN,SLACK_BOT_TOKEN,SLACK_CLIENT_ID}"],
    ],
    ["items at 0 and 1 are equal", [...sqlite, "secrets.keys={CREDENTIAL_KEYS,CREDENTIAL_KEYS}"]],
    ["settings has SLACK_BOT_TOKEN, a secret", [...sqlite, "settings.SLACK_BOT_TOKEN=xoxb-1"]],
    ["settings has CREDENTIAL_KEYS_FILE, a secret", [...sqlite, "settings.CREDENTIAL_KEYS_FILE=/x"]],
    [
      "settings has AUDIT_SIGNING_KEY_PATH, and auditSigningKey.existingSecret is set",
      [...sqlite, "settings.AUDIT_SIGNING_KEY_PATH=/x,auditSigningKey.existingSecret=audit"],
    ],
    ["at '/settings/LOG_LEVEL'", [...sqlite, "settings.LOG_LEVEL.below=x"]],
    ["at '/database/size'", [...sqlite, "database.size=big"]],
    ["at '/image/repository'", [...sqlite, "image.repository=registry/patchbay:1.0.0"]],
    ["image.tag and image.digest cannot both be set", [...sqlite, `image.tag=v1,image.digest=${digest}`]],
    ["missing property 'secrets'", [...sqlite, "secrets=null"]],
    ["migration.existingSecret is missing", [...postgres, "migration.existingSecret="]],
    ["replicas is less than 1", [...postgres, "replicas=0"]],
    ["serviceMonitor needs METRICS_TOKEN", [...sqlite, "serviceMonitor.enabled=true"]],
    ["ingress.host is missing", [...sqlite, "ingress.enabled=true"]],
    ["settings has DATABASE_PATH, which the chart decides", [...sqlite, "settings.DATABASE_PATH=/x"]],
    ["value must be one of", [...sqlite, "database.kind=mysql"]],
    ["additional properties", [...sqlite, "database.replica=1"]],
  ])("does not render: %s", (words, values) => {
    const { status, err } = helmTemplate(values);
    expect(status).toBe(1);
    expect(err).toContain(words);
  });
});
