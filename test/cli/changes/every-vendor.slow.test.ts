import { expect, it } from "vitest";
import { resultDocument } from "../../../src/cli/changes/change-documents.ts";
import { vendorIds } from "../../../src/vendors/index.ts";
import { voiceOps } from "../../support/fixtures.ts";
import { addMany } from "../../support/failover/plan-of-many.ts";
import { settle } from "../../support/restrictions.ts";
import { textOf, toldInChannel } from "../../support/screen.ts";
import { startAppAndCli } from "../control/app-and-cli.ts";

/** What the app asks Slack for, all of which fails while Slack is down. */
const methods = ["chat.postMessage", "chat.postEphemeral", "users.info", "users.list", "usergroups.list"];

it.each(vendorIds)(
  "reroutes a number of %s while Slack is down, and by the command itself, and announces both afterwards",
  { timeout: 60_000 },
  async (vendor) => {
    const { app, run } = await startAppAndCli("the server", { connected: [vendor], outboxEveryMs: 50 });
    const { ids, before, after } = addMany(app, vendor, 2);
    const [id = ""] = ids;
    const answers = () => app.vendors[vendor].effective(id).agentId;
    const announced = (words: string) =>
      app.slack.messages(voiceOps).filter((each) => textOf(each).includes(words));
    await settle(app, { announcementsChannelId: voiceOps });
    for (const method of methods) app.slack.fail(method, { dropConnection: true });
    const because = ["--because", "Slack is down", "--yes", "--json"];
    const rerouted = await run(["number", "reassign", id, after, ...because]);
    expect([rerouted.exitCode, rerouted.err.includes("patchbay:")]).toEqual([0, false]);
    expect(resultDocument.parse(JSON.parse(rerouted.out))).toMatchObject({ outcome: "applied" });
    expect(answers()).toBe(after);
    expect(announced("Slack is down")).toEqual([]);
    app.slack.clearFailures();
    expect(textOf(await toldInChannel(app, voiceOps, "Slack is down"))).toContain("cli:ops reassigned");
    await app.stopApp();
    const undone = await run(["number", "undo", id, "--because", "Slack is back", "--yes", "--json"]);
    expect(undone.exitCode).toBe(0);
    expect(answers()).toBe(before);
    await app.startApp();
    expect(textOf(await toldInChannel(app, voiceOps, "Slack is back"))).toContain("cli:ops reassigned");
    expect([announced("Slack is down").length, announced("Slack is back").length]).toEqual([1, 1]);
  },
);
