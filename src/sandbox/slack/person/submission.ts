import { inputBlockIds, viewRefusal } from "../checks/block-checks.ts";
import { deliver } from "../delivery.ts";
import { fieldsOf } from "./fields.ts";
import { nowMs } from "../ids.ts";
import { isObject, type Json, parseJson, stringOf } from "../json.ts";
import { objection } from "./keyboard.ts";
import type { OpenView } from "./open-views.ts";
import { closedPayload, submissionPayload } from "./payloads.ts";
import type { Session } from "./session.ts";
import type { Delivery, SubmitResult } from "../types.ts";
import { showView, updateView } from "../web-api/view-methods.ts";

function trouble(delivery: Delivery, why: string): SubmitResult {
  return { delivery, trouble: `We had some trouble connecting: ${why}` };
}

/** What the person's own client refuses to send. */
function refusedHere(open: OpenView): Record<string, string> | undefined {
  const errors: Record<string, string> = {};
  for (const field of fieldsOf(open.blocks)) {
    if (field.block["type"] !== "input") continue;
    const message = objection(open, field);
    if (message !== undefined) errors[String(field.block["block_id"])] = message;
  }
  return Object.keys(errors).length > 0 ? errors : undefined;
}

function unsent(): Delivery {
  const atMs = nowMs();
  return {
    kind: "interaction",
    payload: {},
    status: 0,
    body: "",
    tookMs: 0,
    atMs,
    ackedAtMs: atMs,
    problem: "not_sent",
  };
}

function withErrors(delivery: Delivery, open: OpenView, errors: unknown): SubmitResult {
  if (!isObject(errors) || Object.keys(errors).length === 0) return trouble(delivery, "errors name no input");
  const inputs = inputBlockIds({ blocks: open.blocks });
  const strange = Object.keys(errors).filter((key) => !inputs.includes(key));
  if (strange.length > 0) return trouble(delivery, `${strange.join(", ")} is no input of this view`);
  const words = Object.entries(errors).map(([key, text]): [string, string] => [key, stringOf(text)]);
  return { delivery, errors: Object.fromEntries<string>(words) };
}

async function withView(
  session: Session,
  delivery: Delivery,
  open: OpenView,
  action: "update" | "push",
  view: unknown,
): Promise<SubmitResult> {
  const refused = viewRefusal(view, "modal");
  if (refused !== undefined || !isObject(view)) {
    return trouble(delivery, [refused?.error, ...(refused?.messages ?? [])].join(" "));
  }
  const { world, workspace, user } = session;
  const answer =
    action === "update"
      ? await updateView(world, open, view)
      : await showView(world, "push", workspace, user.id, view);
  return answer["ok"] === true ? { delivery } : trouble(delivery, stringOf(answer["error"]));
}

/** Applies the acknowledgement of a submission to the person's screen. */
async function follow(session: Session, delivery: Delivery, open: OpenView): Promise<SubmitResult> {
  if (delivery.problem !== undefined) return trouble(delivery, delivery.problem);
  const { views } = session.world;
  // Closed while the app was working, or by the same submission sent twice.
  if (views.find(session.workspace, stringOf(open.view["id"]), "") === undefined) return { delivery };
  const body = delivery.body.trim();
  const answer: unknown = body === "" ? {} : parseJson(body);
  if (!isObject(answer)) return trouble(delivery, "the acknowledgement is no JSON object");
  const action = answer["response_action"];
  if (action === undefined || action === "clear") {
    views.remove(open, action === "clear");
    return { delivery };
  }
  if (action === "errors") return withErrors(delivery, open, answer["errors"]);
  if (action === "update" || action === "push") {
    return withView(session, delivery, open, action, answer["view"]);
  }
  return trouble(delivery, `unknown response_action ${JSON.stringify(action)}`);
}

/** Submits a form with its current values. */
export async function submit(session: Session, open: OpenView): Promise<SubmitResult> {
  if (open.view["submit"] === null || open.view["submit"] === undefined) {
    throw new Error("the form on top has no submit button");
  }
  const errors = refusedHere(open);
  if (errors !== undefined) return { delivery: unsent(), errors };
  const payload: Json = submissionPayload(session, open);
  const delivery = await deliver(session.world, "interaction", payload);
  return session.workspace.inOrder(() => follow(session, delivery, open));
}

/** Closes a form, and with `clear_on_close` all below it. Notifies the app if it asked for that. */
export async function dismiss(session: Session, open: OpenView): Promise<void> {
  const all = open.view["clear_on_close"] === true;
  const payload = closedPayload(session, open, all);
  await session.workspace.inOrder(() => {
    session.world.views.remove(open, all);
    return Promise.resolve();
  });
  if (open.view["notify_on_close"] === true) await deliver(session.world, "interaction", payload);
}
