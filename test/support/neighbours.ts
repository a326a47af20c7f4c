import { startHarness, type Harness } from "../../src/demo/harness.ts";
import { connectVendor } from "../../src/operations/connections/connect-vendor.ts";
import type { WorkspaceSeed } from "../../src/sandbox/slack/index.ts";
import { formSays, person, toldInChannel } from "./screen.ts";
import { demoWorkspace } from "../../src/demo/demo-workspace.ts";

/** A workspace with an account of its own, beside the demo's. */
export const bravo: WorkspaceSeed = {
  teamId: "T0BRAVO01",
  name: "Bravo",
  botToken: "xoxb-demo-0123456789-second",
  botUserId: "U0BOT0002",
  botId: "B0BOT0002",
  users: [{ id: "U0BRAVO01", name: "bea", isAdmin: true }],
  channels: [{ id: "C0BRAVO01", name: "bravo" }],
};

/** An admin of Bravo. */
export const bea = { userId: "U0BRAVO01", teamId: bravo.teamId };

/** The demo's workspace; Bea is in one of its shared channels. */
export const alpha: WorkspaceSeed = {
  ...demoWorkspace,
  users: [...demoWorkspace.users, { id: bea.userId, name: "bea", teamId: bravo.teamId }],
};

/** What only Alpha's account, people and numbers are called. */
const alphas = [
  "Dispatch",
  "Roadside",
  "555 0152",
  "2145550152",
  "U0OPER001",
  "cartesia demo",
  "alpha nonsense",
];

/** A harness of both workspaces, each with a Cartesia account. In Alpha a number was changed. */
export async function startNeighbours(): Promise<Harness> {
  const harness = await startHarness({
    workspaces: [alpha, bravo],
    connected: ["cartesia"],
    environment: { LOG_LEVEL: "silent" },
  });
  const key = "sk_car_bravo_5a1c9e7d3b2f";
  harness.vendors.cartesia.addAccount({
    key,
    agents: [{ id: "agent_bravo1", name: "Bravo bot" }],
    numbers: [{ id: "ap_bravo1", e164: "+12065550101", name: "Bravo line", agentId: "agent_bravo1" }],
  });
  await connectVendor(harness.infra.contextFor(bravo.teamId, { kind: "cli", osUser: "test" }), {
    vendor: "cartesia",
    name: "bravo account",
    credentials: { api_key: key },
  });
  const omar = person(harness, "U0OPER001");
  await omar.command("reassign Roadside to Dispatch because alpha nonsense", { channelId: "C0INCID01" });
  await formSays(harness, omar, "After:");
  await omar.submit();
  await toldInChannel(harness, "C0INCID01", "Reassigned by");
  // Stopping finishes what the change still has to tell: what comes of Alpha's from now on, somebody else brought about.
  await harness.stopApp();
  await harness.startApp();
  return harness;
}

/** How many requests were made with Alpha's key, apart from looks for the first call after Alpha's own change. */
export function requestsOfAlpha(harness: Harness): number {
  const withKey = harness.vendors.cartesia.requests.filter(
    ({ headers, path }) =>
      (headers["authorization"] ?? "").includes(harness.keys.cartesia) && !path.startsWith("/agents/calls"),
  );
  return withKey.length;
}

/** Looks from now on at what comes of Alpha's while somebody of Bravo tries something. */
export function watchAlpha(harness: Harness) {
  const calls = harness.slack.calls.length;
  const requests = requestsOfAlpha(harness);
  const audit = harness.audit(alpha.teamId);
  return {
    /** Waits until somebody was told anything. */
    words: async (): Promise<void> => {
      const told = /^(chat\.post|views\.|response_url)/u;
      await harness.slack.eventually("words", () =>
        harness.slack.calls.slice(calls).some(({ method, ok }) => ok && told.test(method)),
      );
    },
    /** Stops the app. Requests with Alpha's key, calls with its token, entries in its log, its words but those typed. */
    trespasses: async (allowed: readonly string[] = []): Promise<string[]> => {
      await harness.stopApp();
      const said = harness.slack.calls.slice(calls);
      const words = said.map(({ args }) => JSON.stringify(args)).join("\n");
      const untyped = words
        .replaceAll(/“[^”]*”/gu, "")
        .replaceAll(/\\+"numberText\\+":\\+"[^"\\]*\\+"/gu, "");
      return [
        ...(requestsOfAlpha(harness) === requests ? [] : ["a request with Alpha's key"]),
        ...said
          .filter(({ token }) => token === alpha.botToken)
          .map(({ method }) => `${method} with its token`),
        ...(await harness.audit(alpha.teamId)).slice((await audit).length).map(({ kind }) => kind),
        ...alphas.filter((each) => !allowed.includes(each) && untyped.includes(each)),
      ];
    },
  };
}
