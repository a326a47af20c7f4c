import { z } from "zod";
import { alertSources } from "../../domain/alerts/hook.ts";
import type { Delivery } from "../../sandbox/slack/index.ts";
import { vendorIds } from "../../vendors/index.ts";
import { faultNames } from "./faults.ts";
import { inConversation, messageAt, onTop, touching } from "./reach.ts";
import { visitorFor } from "./screen.ts";
import { runMembershipCommand } from "./slack-commands.ts";
import type { DemoSession } from "./demo-session.ts";
import type { Sent, Submitted } from "./types.ts";

/** A request that the page can send: its input, and what it does. */
interface ApiRoute {
  run(session: DemoSession, body: unknown): Promise<unknown>;
}

/** A route with its input. Errors are shown to the visitor. */
const act = <T>(schema: z.ZodType<T>, run: (session: DemoSession, input: T) => unknown): ApiRoute => ({
  run: async (session, body) => {
    const answer = run(session, schema.parse(body));
    return answer instanceof Promise ? ((await answer) as unknown) : answer;
  },
});

const as = z.string().max(100);
const id = z.string().min(1).max(300);
const text = z.string().max(10_000);
const on = z.union([z.literal("view"), z.literal("home"), z.object({ channelId: id, ts: id })]);
const element = { as, on, blockId: id, actionId: id };
const vendor = z.enum(vendorIds);

/** Every route, by the last part of its path. */
export const acts: ReadonlyMap<string, ApiRoute> = new Map([
  [
    "command",
    act(
      z.object({ as, channelId: id, command: id, text }),
      async (session, { channelId, command, ...input }) => {
        const visitor = await inConversation(session, input.as, channelId);
        return sent(await visitor.keyboard.command(input.text, { command, channelId }));
      },
    ),
  ],
  [
    "membership",
    act(
      z.object({ as, channelId: id, command: z.enum(["/invite", "/remove"]), text, app: id }),
      async (session, input) =>
        runMembershipCommand(await inConversation(session, input.as, input.channelId), input.app, input),
    ),
  ],
  [
    "say",
    act(z.object({ as, channelId: id, text, threadTs: id.optional() }), async (session, input) => {
      const visitor = await inConversation(session, input.as, input.channelId);
      const { channelId, threadTs } = input;
      visitor.keyboard.say(input.text, { channelId, ...(threadTs ? { threadTs } : {}) });
      return {};
    }),
  ],
  [
    "shortcut",
    act(
      z.object({ as, callbackId: id, message: z.object({ channelId: id, ts: id }).optional() }),
      async (session, { message, callbackId, ...input }) => {
        const { keyboard } = visitorFor(session.harness, input.as);
        if (!message) return sent(await keyboard.globalShortcut(callbackId));
        const said = messageAt(session, await inConversation(session, input.as, message.channelId), message);
        const { ts, channelId, threadTs, user } = said;
        return sent(
          await keyboard.messageShortcut(callbackId, {
            ts,
            channelId,
            text: said.text,
            ...(threadTs === undefined ? {} : { thread_ts: threadTs }),
            ...(user === undefined ? {} : { user }),
          }),
        );
      },
    ),
  ],
  [
    "home",
    act(z.object({ as }), async (session, input) =>
      sent(await visitorFor(session.harness, input.as).keyboard.openHome()),
    ),
  ],
  [
    "click",
    act(z.object({ ...element, value: z.string().optional() }), async (session, input) => {
      const { keyboard, where } = await touching(session, input);
      const value = input.value === undefined ? {} : { value: input.value };
      return sent(await keyboard.click(input.actionId, { ...where, ...value }));
    }),
  ],
  [
    "choose",
    act(z.object({ ...element, text: text, value: text }), async (session, input) => {
      const { keyboard, where } = await touching(session, input);
      const { actionId, value } = input;
      return sent(await keyboard.choose(actionId, { text: input.text, value }, where));
    }),
  ],
  [
    "fill",
    act(z.object({ ...element, value: text }), async (session, input) => {
      const { keyboard, where } = await touching(session, input);
      return sent(await keyboard.fill(input.actionId, input.value, where));
    }),
  ],
  [
    "options",
    act(z.object({ ...element, typed: text }), async (session, input) => {
      const { keyboard, where } = await touching(session, input);
      return keyboard.suggestions(input.actionId, input.typed, where);
    }),
  ],
  [
    "submit",
    act(z.object({ as, viewId: id }), async (session, input): Promise<Submitted> => {
      const { keyboard } = onTop(session, input);
      const values = keyboard.view()?.state.values ?? {};
      const { errors, trouble } = await keyboard.submit();
      return { values, ...(errors ? { errors } : {}), ...(trouble ? { trouble } : {}) };
    }),
  ],
  [
    "close",
    act(z.object({ as, viewId: id }), async (session, input) => {
      const { keyboard } = visitorFor(session.harness, input.as);
      // A second Escape may arrive when the form is closed already.
      if (keyboard.view()?.id === input.viewId) await keyboard.close();
      return {};
    }),
  ],
  [
    "dashboard",
    act(
      z.object({
        vendor,
        numberId: id,
        name: text.optional(),
        agentId: z.string().nullable().optional(),
        remove: z.literal(true).optional(),
      }),
      ({ harness }, input) => {
        if (input.remove) harness.vendors[input.vendor].removeNumber(input.numberId);
        else harness.vendors[input.vendor].editNumber(input.numberId, input);
        return {};
      },
    ),
  ],
  [
    "faults",
    act(z.object({ vendor, names: z.array(z.enum(faultNames)) }), (session, input) => {
      session.setFaults(input.vendor, input.names);
      return {};
    }),
  ],
  [
    "alert",
    act(
      z.object({
        source: z.enum(alertSources),
        act: z.enum(["firing", "resolved", "storm", "forged"]),
      }),
      async (session, input) => {
        await session.sendAlert(input.source, input.act);
        return {};
      },
    ),
  ],
  [
    "replica",
    act(
      z.object({ name: id, act: z.enum(["kill", "pause", "resume", "restart", "start"]) }),
      async (session, input) => {
        await session.actOnReplica(input.name, input.act);
        return {};
      },
    ),
  ],
  [
    "app",
    act(z.object({ running: z.boolean() }), async (session, { running }) => {
      await session.runApp(running);
      return {};
    }),
  ],
]);

function sent(delivery: Delivery | undefined): Sent {
  return delivery?.problem === undefined ? {} : { problem: delivery.problem };
}
