import type { AllMiddlewareArgs, App, BlockAction, ViewResponseAction } from "@slack/bolt";
import type { Option } from "@slack/types";
import { vendorIds } from "../domain/vendor.ts";
import { Problem } from "../domain/problem.ts";
import { clickFor } from "./actions/index.ts";
import type { ClickedView } from "./actions/choose.ts";
import type { Message } from "./block-kit.ts";
import { answerNumberCommand, runNumberCommand, slashCommand } from "./commands/number.ts";
import { submitConnect } from "./connect-flow.ts";
import { declineCallbackId, submitDecline } from "./decide-flow.ts";
import type { Desk } from "./desk.ts";
import { readFrom } from "./form-state.ts";
import { registerEvents } from "./events.ts";
import { submitRevert, submitStart } from "./incident-flow.ts";
import { spend } from "./limits.ts";
import { attend, type Halves, type Incoming } from "./listener.ts";
import { agentOptions } from "./options/agent.ts";
import { answerOptions } from "./options/answer-options.ts";
import { groupOptions } from "./options/group.ts";
import { numberOptions } from "./options/number.ts";
import type { SlackBody } from "./request.ts";
import type { Installed, Services } from "./services.ts";
import { settingsCallbackId, submitSettings } from "./settings/flow.ts";
import { shortcuts } from "./shortcuts/index.ts";
import { redrawView } from "./show-view.ts";
import { submitChange } from "./submit-change.ts";
import { submitRestore } from "./submit-restore.ts";
import { wordsView } from "./views/change-form.ts";
import { changeForms } from "./views/index.ts";
import { restoreCallback } from "./views/restore.ts";

/**
 * Hands every kind of request that Slack sends to one listener each, which finds by id what to do. Bolt runs all
 * listeners that match, so there is one of each kind; what has an unknown id is acked and told about.
 */
export function register(app: App, services: Services): void {
  app.command(slashCommand, async ({ body, context, ack }) => {
    await attend<Message>(
      services,
      incoming<Message>("command", body, context, async (answer) =>
        answer ? ack({ response_type: "ephemeral", ...answer }) : ack(),
      ),
      {
        now: async (at) => answerNumberCommand(at, body.text),
        later: async (at, answered) => {
          // What the ack has answered has cost nobody anything.
          if (answered) return;
          await spend(at, "request");
          await runNumberCommand(at, body.text);
        },
      },
    );
  });

  app.action<BlockAction>(/^/u, async ({ body, action, context, ack }) => {
    const view = body.view as ClickedView | undefined;
    const value =
      "value" in action
        ? action.value
        : "selected_option" in action
          ? action.selected_option?.value
          : undefined;
    // The App Home is a view too, but not one of ours to redraw in answer to a click.
    const form = view && body.view?.type === "modal" ? view : undefined;
    await attend(
      services,
      incoming("action", body, context, async () => ack()),
      {
        later: async (at) => {
          await spend(at, "request");
          const click = clickFor(action.action_id);
          if (!click)
            throw new Problem("invalid_input", "This button belongs to another version of Patchbay.");
          const there = form ? at.at(readFrom(form.private_metadata)) : at;
          await click({ at: there, value: value ?? undefined, view: form });
        },
        fail: async (at, message) => {
          if (form && (await redrawView(at, { id: form.id }, wordsView("Patchbay", message.blocks)))) return;
          await at.tell(message);
        },
      },
    );
  });

  app.options(/^/u, async ({ body, options, context, ack }) => {
    const asked = {
      actionId: options.action_id,
      typed: options.value,
      metadata: body.view?.private_metadata ?? "",
    };
    await attend<{ options: Option[] }>(
      services,
      incoming("options", body, context, async (answer) => ack(answer ?? { options: [] })),
      { now: async (at) => answerOptions(at, async () => optionsFor(at, asked)), fail: async () => {} },
    );
  });

  app.view({ type: "view_submission", callback_id: /^/u }, async ({ body, view, context, ack }) => {
    await attend<ViewResponseAction>(
      services,
      {
        ...incoming<ViewResponseAction>("view_submission", body, context, async (answer) =>
          answer ? ack(answer) : ack(),
        ),
        away: ({ blocks }) => ({ response_action: "update", view: wordsView("Patchbay", blocks) }),
      },
      submitHalves(view),
    );
  });

  app.shortcut(/^/u, async ({ body, shortcut, context, ack }) => {
    await attend(
      services,
      incoming("shortcut", body, context, async () => ack()),
      {
        later: async (at) => {
          await spend(at, "request");
          const known = shortcuts.get(shortcut.callback_id);
          if (!known)
            throw new Problem("invalid_input", "This shortcut belongs to another version of Patchbay.");
          const inThread =
            "message_ts" in body ? { threadTs: body.message.thread_ts ?? body.message_ts } : {};
          await known.run(at.at(inThread), "message" in body ? (body.message.text ?? "") : "");
        },
      },
    );
  });

  registerEvents(app, services);
}

function submitHalves(
  view: Parameters<typeof submitChange>[0] & { readonly callback_id: string },
): Halves<ViewResponseAction> {
  if (view.callback_id === restoreCallback) return submitRestore(view);
  if (view.callback_id === "connect") return submitConnect(view);
  if (view.callback_id === settingsCallbackId) return submitSettings(view);
  if (view.callback_id === "start_incident") return submitStart(view);
  if (view.callback_id === "revert_incident") return submitRevert(view);
  if (view.callback_id === declineCallbackId) return submitDecline(view);
  if (view.callback_id in changeForms) return submitChange(view);
  return {
    now: () => {
      throw new Problem("invalid_input", "This form belongs to another version of Patchbay.");
    },
  };
}

async function optionsFor(
  at: Desk,
  {
    actionId,
    typed,
    metadata,
  }: { readonly actionId: string; readonly typed: string; readonly metadata: string },
): Promise<Option[]> {
  await spend(at, "typeahead");
  if (actionId === "number") return numberOptions(at, typed);
  if (actionId.endsWith("_groups")) return groupOptions(at, typed);
  if (actionId === "agent") return agentOptions(at, metadata, typed);
  const spec = vendorIds
    .flatMap((id) => at.services.accounts.vendor(id).abilities.fields)
    .find(({ id, input }) => id === actionId && input === "agent");
  return spec ? agentOptions(at, metadata, typed, spec.clearable) : [];
}

function incoming<Answer>(
  kind: Incoming<Answer>["kind"],
  body: unknown,
  context: AllMiddlewareArgs["context"],
  ack: (answer?: Answer) => Promise<void>,
): Incoming<Answer> {
  return { kind, body: body as SlackBody, installed: context["installed"] as Installed | undefined, ack };
}
