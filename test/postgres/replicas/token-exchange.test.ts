import { describe, expect, onTestFinished, test } from "vitest";
import { createHash } from "node:crypto";
import { startHarness } from "../../../src/demo/harness.ts";
import { tokenRotation } from "../../../src/slack/installation/token-rotation.ts";
import { postgresQueries } from "../../../src/postgres/connection/postgres-queries.ts";
import { storedInstallations } from "../../../src/store/installation/installations.ts";
import { testSeal } from "../../sqlite/support.ts";
import { testSources } from "../../store/events.ts";
import { alpha, bravo } from "../../support/neighbours.ts";
import { testLocks } from "../locks/leases.ts";
import { missing, skipped, testConnections, testPostgres } from "../support.ts";

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
const key = createHash("sha256").update("k1").digest("base64");

describe.skipIf(missing !== undefined)(`tokens of Slack on two servers${skipped}`, () => {
  test("are exchanged once, with one refresh token", async () => {
    const { app } = await testPostgres();
    const life = { lifetimeSeconds: 60 };
    const harness = await startHarness({
      workspaces: [alpha, bravo],
      connected: [],
      environment: {
        DATABASE_PATH: "",
        DATABASE_URL: app,
        CREDENTIAL_KEYS: `k1:${key}`,
        LOG_LEVEL: "silent",
      },
      tokenRotation: life,
    });
    onTestFinished(async () => harness.close());
    const page = await harness.slack.install(`${harness.url()}/slack/install`, bravo.teamId, "U0BRAVO01");
    expect(page.status).toBe(200);
    await harness.stopApp();
    const refreshes = () =>
      harness.slack.calls.filter(({ args }) => args["grant_type"] === "refresh_token").length;
    const before = refreshes();
    life.lifetimeSeconds = 43_200;
    const servers = ["one", "other"].map((holder) => {
      const installations = storedInstallations(
        postgresQueries(testConnections(app)),
        testSeal("k1"),
        testSources(),
      );
      return tokenRotation({
        installations,
        locks: testLocks(app, holder),
        clientId: "1.1",
        clientSecret: "demo-client-secret-77aa",
        slackApiUrl: harness.slack.apiUrl,
        log: silent,
        now: () => new Date(),
        monotonicMs: () => performance.now(),
        clock: { isSkewed: () => false },
        onReplaced: () => undefined,
        track: () => undefined,
      });
    });
    await Promise.all(servers.map(async ({ refreshDue }) => refreshDue()));
    expect(refreshes() - before).toBe(1);
  });
});
