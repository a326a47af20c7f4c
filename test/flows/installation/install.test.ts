import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { scopeWords } from "../../../src/slack/installation/install-pages.ts";
import { onRecord } from "../../support/record.ts";
import { textOf, toldAlone } from "../../support/screen.ts";
import { botScopes } from "../../../src/slack/installation/oauth-config.ts";
import { demoWorkspace } from "../../../src/demo/demo-workspace.ts";
import { bravo, orgWide, startInstallHarness, type InstallHarness } from "./install-harness.ts";

let at: InstallHarness;
beforeEach(async () => {
  at = await startInstallHarness();
});
afterEach(async () => {
  await at.harness.close();
});

describe("installing", () => {
  it("sets up a new workspace, and is recorded", async () => {
    await at.bea().command("list");
    await toldAlone(at.harness, "U0BRAVO01", "not installed in your workspace");
    expect((await at.installBravo()).status).toBe(200);
    await at.bea().command("list");
    await toldAlone(at.harness, "U0BRAVO01", "No vendor account is connected yet");
    expect(
      await onRecord(at.harness, { kind: "workspace.installed", workspaceId: bravo.teamId }),
    ).toMatchObject({
      actor: { kind: "user", userId: "U0BRAVO01", workspaceId: bravo.teamId },
    });
    const token = at.harness.slack.calls.findLast(({ method }) => method === "users.info")?.token;
    expect(token).not.toBe(demoWorkspace.botToken);
  });

  it("keys an org-wide install on the organization", async () => {
    expect((await at.harness.slack.install(at.installUrl(), orgWide.teamId, "U0GRID001")).status).toBe(200);
    expect((await at.harness.infra.installations.list()).map(({ key }) => key)).toContain("E0GRID001");
    await at.harness.connect("speechify", "E0GRID001", "Grid speechify");
    await at.harness.slack.as(orgWide.teamId, "U0GRID001").command("list");
    expect(textOf(await toldAlone(at.harness, "U0GRID001", "6 numbers"))).toContain("Grid speechify");
    await at.harness.slack.as(orgWide.teamId, "U0GRID001").command("reassign Spa to Reservations");
    await at.harness.slack.eventually("the form", () =>
      textOf(at.harness.slack.as(orgWide.teamId, "U0GRID001").view()).includes("After:"),
    );
  });

  it.each(["none", "another browser's"])("is refused with %s state cookie", async (whose) => {
    const start = await fetch(at.installUrl(), { redirect: "manual" });
    const state = stateOf(await start.text(), start.headers.get("location"));
    const other = await fetch(at.installUrl(), { redirect: "manual" });
    const cookie = other.headers.getSetCookie().map((each) => each.split(";")[0] ?? "");
    const before = at.harness.slack.calls.length;
    const back = await fetch(
      `${at.harness.url()}/slack/oauth_redirect?code=${bravo.teamId}.x&state=${state}`,
      {
        redirect: "manual",
        headers: whose === "none" ? {} : { cookie: cookie.join("; ") },
      },
    );
    expect(back.status).toBeGreaterThanOrEqual(400);
    expect(await back.text()).not.toMatch(/at .+\.[jt]s:\d+/u);
    expect(at.harness.slack.calls.slice(before)).toEqual([]);
    expect((await at.harness.infra.installations.list()).map(({ key }) => key)).not.toContain(bravo.teamId);
  });

  it("says in plain words what each scope is for, and asks no page to be trusted", async () => {
    const page = await fetch(at.installUrl());
    const body = await page.text();
    for (const scope of botScopes) expect(body).toContain(scopeWords[scope]);
    expect(body).toContain("Removing the app wipes its token");
    const [cookie = ""] = page.headers.getSetCookie();
    for (const part of ["__Host-", "HttpOnly", "Secure", "SameSite=Lax", "Max-Age=600"])
      expect(cookie).toContain(part);
  });

  it.each(["", "even after a restart"])("is refused with a message a second time %s", async (when) => {
    const page = await fetch(at.installUrl());
    const state = stateOf(await page.text(), null);
    const [cookie = ""] = page.headers.getSetCookie().map((each) => each.split(";")[0]);
    const back = async (query: string) =>
      fetch(`${at.harness.url()}/slack/oauth_redirect?${query}&state=${state}`, { headers: { cookie } });
    await back("code=no-such-code");
    if (when === "even after a restart") {
      await at.harness.stopApp();
      await at.harness.startApp();
    }
    const calls = at.harness.slack.calls.length;
    const second = await back("code=no-such-code");
    expect(second.status).toBe(400);
    expect(await second.text()).toContain("or is already finished. This visit installed nothing.");
    expect(at.harness.slack.calls.length).toBe(calls);
  });

  it("is refused when the person says no, and without a code", async () => {
    for (const query of ["error=access_denied", "", "code=x"]) {
      const back = await fetch(`${at.harness.url()}/slack/oauth_redirect?${query}`, { redirect: "manual" });
      expect(back.status).toBeGreaterThanOrEqual(400);
    }
    expect(await at.harness.infra.installations.list()).toHaveLength(1);
  });
});

function stateOf(page: string, location: string | null): string {
  const [, state = ""] = /[?&;]state=([^&"]+)/u.exec(location ?? page) ?? [];
  expect(state).not.toBe("");
  return state;
}
