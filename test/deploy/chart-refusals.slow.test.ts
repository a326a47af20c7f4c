import { describe, expect, it } from "vitest";
import { helm, helmTemplate, postgres, sqlite } from "./chart.ts";

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
    ["secrets.keys lacks DATABASE_URL", [...postgres, "secrets.keys={CREDENTIAL_KEYS}"]],
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
