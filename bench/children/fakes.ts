// Slack, the vendors and the people in one process, so that both ends of a change are timed by one clock.
import { z } from "zod";
import type { VendorId } from "../../src/domain/vendor/vendor.ts";
import { vendorIds } from "../../src/vendors/index.ts";
import { startSlackSandbox, type SlackSandbox } from "../../src/sandbox/slack/index.ts";
import { startVendorSandbox, type VendorSandbox } from "../../src/sandbox/vendors/index.ts";
import { largeAccount } from "../parts/accounts.ts";
import { answering } from "../parts/answering.ts";
import { changeAgain, endTrouble, makeTrouble, mixedWork } from "../parts/mixed-work.ts";
import { bodiesSent } from "../parts/bodies-sent.ts";
import { now, pacing, waitUntil } from "../parts/pacing.ts";
import { timedChanges } from "../parts/timed-changes.ts";
import { stallAct } from "../parts/stall-acts.ts";
import {
  announcedId,
  botToken,
  channelId,
  neighbour,
  operators,
  signingSecret,
  teamId,
  userId,
} from "../parts/workspace.ts";

const vendors = new Map<VendorId, VendorSandbox>();
let slack: SlackSandbox;

const laidOut = z.object({
  numbersEach: z.number(),
  longNames: z.boolean().default(false),
  neighbour: z.boolean().default(false),
});
const beside = {
  ...neighbour,
  name: "Next door",
  botUserId: "U0BOT0002",
  botId: "B0BOT0002",
  users: Array.from({ length: 8 }, (_, at) => ({ id: `${neighbour.userId}${at}`, name: `neighbour ${at}` })),
  channels: [{ id: "C0NEXT001", name: "next", botIsMember: true }],
};

const count = z.object({ count: z.number() });
const paced = z.object({ perSecond: z.number(), count: z.number() });

answering({
  start: async (input) => {
    const { numbersEach, longNames, neighbour: second } = laidOut.parse(input);
    slack = await startSlackSandbox({
      signingSecret,
      keepConnections: true,
      workspaces: [
        {
          teamId,
          name: "Bench",
          botToken,
          botUserId: "U0BOT0001",
          botId: "B0BOT0001",
          users: Array.from({ length: operators }, (_, at) => ({
            id: userId(at),
            name: `person ${at}`,
            isAdmin: second && at === 0,
          })),
          channels: [
            { id: channelId, name: "voice-ops", botIsMember: true },
            { id: announcedId, name: "announced", botIsMember: true },
          ],
        },
        ...(second ? [beside] : []),
      ],
    });
    for (const id of vendorIds) {
      vendors.set(id, await startVendorSandbox(id, { accounts: [largeAccount(id, numbersEach, longNames)] }));
    }
    return {
      slackApiUrl: slack.apiUrl,
      urls: Object.fromEntries([...vendors].map(([id, { url }]) => [id, url])),
    };
  },

  connect: async (input) => {
    slack.connect(z.object({ url: z.string() }).parse(input).url);
  },

  /** Makes every vendor take that long for each response. */
  slow: async (input) => {
    const { ms } = z.object({ ms: z.number() }).parse(input);
    for (const vendor of vendors.values()) {
      vendor.clearFaults();
      if (ms > 0) vendor.fault({ kind: "delay", ms });
    }
  },

  /** Mixed work by people, while vendors and Slack fail now and then. */
  work: async (input) => {
    const { perSecond, count: many, round } = paced.extend({ round: z.number() }).parse(input);
    makeTrouble({ slack, vendors }, round);
    const worked = await mixedWork({ slack, vendors }, perSecond, many);
    endTrouble({ slack, vendors });
    forget();
    return worked;
  },

  /** Changes these numbers again, without faults. */
  again: async (input) => {
    const number = z.object({ vendor: z.enum(vendorIds), e164: z.string(), renamed: z.boolean() });
    const unchanged = await changeAgain({ slack, vendors }, z.array(number).parse(input));
    forget();
    return unchanged;
  },

  /** Bodies of slash commands as Slack writes them, each with its own `response_url` and trigger. */
  commands: async (input) => {
    const asked = count.extend({ text: z.string(), neighbour: z.boolean().default(false) });
    const { text, count: many, neighbour: second } = asked.parse(input);
    const bodies = await bodiesSent(slack, async () => {
      for (let at = 0; at < many; at += 1) {
        if (second) await slack.as(neighbour.teamId, `${neighbour.userId}${at}`).command(text);
        else await slack.as(teamId, userId(at)).command(text, { channelId });
      }
    });
    forget();
    return { bodies };
  },

  /** Slack's request for a keystroke in the number picker of an open form. */
  suggestion: async () => {
    const person = slack.as(teamId, userId(0));
    await person.command("reassign", { channelId });
    await slack.eventually("a form that asks for a number", () =>
      JSON.stringify(person.view() ?? {}).includes('"action_id":"number"') ? true : undefined,
    );
    const startedAt = performance.now();
    const { options } = await person.suggestions("number", "support 7");
    const ms = performance.now() - startedAt;
    const sent = slack.deliveries.findLast(({ kind }) => kind === "options");
    return { payload: JSON.stringify(sent?.payload), options: options.length, ms };
  },

  /** The times until forms reached Slack, and until their commands were acked, in milliseconds. */
  open: async (input) => {
    const { perSecond, count: many } = paced.parse(input);
    forget();
    await pacing(perSecond, many, async (at) => {
      await slack.as(teamId, userId(at)).command("reassign", { channelId });
    });
    // The caller notices forms that never open.
    await waitUntil(() => slack.calls.filter(({ method }) => method === "views.open").length >= many, 5_000);
    const commands = slack.deliveries.filter(({ kind }) => kind === "command");
    const byTrigger = new Map(commands.map((sent) => [sent.payload["trigger_id"], sent.atMs]));
    const opened = slack.calls
      .filter(({ method }) => method === "views.open")
      .flatMap(({ args, atMs }) => {
        const sentMs = byTrigger.get(args["trigger_id"]);
        return sentMs === undefined ? [] : [atMs - sentMs];
      });
    return { opened, acked: commands.map(({ tookMs }) => tookMs) };
  },

  /**
   * Changes by as many people, each in a filled-in form: the times from the submission to the PATCH and to the result.
   */
  changes: async (input) => {
    const asked = paced.extend({ round: z.number() }).parse(input);
    const cartesia = vendors.get("cartesia");
    if (!cartesia) throw new Error("the stand-ins were not started");
    return { samples: await timedChanges({ slack, cartesia }, asked, forget) };
  },

  /** One of the actions of `stall`, from its start until the app sends nothing more. */
  act: async (input) => {
    const { name } = z.object({ name: z.string() }).parse(input);
    forget();
    await stallAct(name, { slack, vendors });
    const words = JSON.stringify(slack.calls.map(({ args }) => args));
    const bug = /.{0,80}went wrong inside.{0,200}/u.exec(words)?.[0];
    const unacked = slack.deliveries.find(({ problem }) => problem !== undefined);
    const calls = slack.calls.length;
    forget();
    return { calls, problem: bug ?? unacked?.problem ?? null };
  },

  /** The time until the response to a command, or the home tab, reached Slack, in milliseconds. */
  answered: async (input) => {
    const { text, count: many } = count.extend({ text: z.string() }).parse(input);
    const person = slack.as(teamId, userId(0));
    const samples: number[] = [];
    for (let at = 0; at < many; at += 1) {
      forget();
      const from = now();
      if (text === "home") await person.openHome();
      else await person.command(text, { channelId });
      const method = text === "home" ? "views.publish" : "response_url";
      const call = await slack.eventually("the answer", () =>
        slack.calls.find((one) => one.method === method),
      );
      samples.push(call.atMs - from);
    }
    return { samples };
  },

  listed: async () => Object.fromEntries([...vendors].map(([id, { requests }]) => [id, requests.length])),

  forget: async () => forget(),
});

/** The fakes remember every request, and the bench does not need past ones. */
function forget(): void {
  slack.calls.length = 0;
  slack.deliveries.length = 0;
  for (const { requests } of vendors.values()) requests.length = 0;
}
