import type { KnownBlock, ModalView } from "@slack/types";
import {
  addSchedule,
  confirmPeople,
  getSchedule,
  listSchedules,
  peopleToMap,
  setScheduleAccess,
} from "../../operations/workspace/manage-on-call.ts";
import { actions, bold, button, context, message, section } from "../block-kit/blocks.ts";
import { stripMrkdwn } from "../block-kit/format.ts";
import type { RequestContext } from "../context/request-context.ts";
import { finishModal, retryFinishModal } from "../forms/finish-modal.ts";
import { inputValues, type InputValue } from "../forms/input-values.ts";
import { openView, redrawView } from "../forms/modals.ts";
import { fromConversation } from "../forms/private-metadata.ts";
import { textModal } from "../forms/text-modal.ts";
import { errorReplyInView } from "../listener/error-reply.ts";
import { formRoute, type Submission } from "../listener/submission.ts";
import {
  keyView,
  onCallState,
  peopleView,
  scheduleView,
  title,
  tools,
  type OnCallForm,
} from "./on-call-views.ts";

/** Opens the form of a new schedule. */
export async function openScheduleForm(req: RequestContext): Promise<void> {
  await openForm(req, async (form) => {
    await listSchedules(req.ctx);
    return scheduleView(form);
  });
}

/** Opens the form for another key. */
export async function openKeyForm(req: RequestContext, id: string): Promise<void> {
  await openForm(req, async (form) => keyView({ ...form, schedule: id }, await getSchedule(req.ctx, id)));
}

/** Opens the table of people, as the tool names them now. */
export async function openPeopleForm(req: RequestContext, id: string): Promise<void> {
  await openForm(req, async (form) => {
    const found = await peopleToMap(req.ctx, req.deps.onCallTools, id);
    return peopleView({ ...form, schedule: id }, found);
  });
}

async function openForm(req: RequestContext, make: (form: OnCallForm) => Promise<ModalView>): Promise<void> {
  const opened = await openView(req, textModal(title, [section(":hourglass_flowing_sand: One moment…")]));
  if (!opened) return;
  try {
    await redrawView(req, opened, await make({ from: fromConversation(req.conversation) }));
  } catch (error) {
    await errorReplyInView(req, opened, title, error);
  }
}

/** A submitted form: which one, and what was entered. */
interface Submitted {
  readonly form: OnCallForm;
  readonly values: ReadonlyMap<string, InputValue>;
  text(id: string): string;
}

/** A form that ends in words, or in an explanation of what was wrong. */
function submission(
  run: (req: RequestContext, submitted: Submitted) => Promise<readonly KnownBlock[]>,
  check: (submitted: Submitted) => Record<string, string> = () => ({}),
): Submission<Submitted> {
  return {
    ack: (_, view) => {
      const values = inputValues(view.state);
      const form = onCallState.parse(view.private_metadata);
      const submitted = { form, values, text: (id: string) => values.get(id)?.value ?? "" };
      const errors = check(submitted);
      if (Object.keys(errors).length > 0) return { answer: { response_action: "errors", errors } };
      const working = textModal(title, [section(":hourglass_flowing_sand: Working…")]);
      return { answer: { response_action: "update", view: working }, command: submitted };
    },
    run: async (req, submitted, view) => {
      const blocks = await run(req, submitted);
      const { from } = submitted.form;
      if (await finishModal(req, { id: view.id }, textModal(title, blocks, from))) return;
      const words = "The schedule is saved. Slack did not show it: `/number oncall` lists the schedules.";
      await req.in(from).replyPrivately(message([section(words)], stripMrkdwn(words)));
    },
    onError: async (req, { message: why, problem }, view, command) => {
      if (problem.code === "already_requested") return retryFinishModal(req, { id: view.id });
      if (await finishModal(req, { id: view.id }, textModal(title, why.blocks, command?.form.from))) return;
      await req.in(command?.form.from ?? {}).replyPrivately(why);
    },
  };
}

const accessOf = ({ text: typed }: Submitted) => ({
  key: typed("key"),
  url: typed("url"),
  stackUrl: typed("stack"),
  service: typed("service"),
  from: typed("from"),
});

const newSchedule = submission(
  async (req, submitted) => {
    const { id, name } = await addSchedule(req.ctx, req.deps.onCallTools, {
      name: submitted.text("name"),
      tool: tools.parse(submitted.text("tool")),
      schedule: submitted.text("schedule"),
      ...accessOf(submitted),
    });
    return [
      section(`:white_check_mark: Added ${bold(name)}. It can be read. It gives no role yet.`),
      section("Next, say who its people are in Slack."),
      actions([button("oncall:people", "People…", id, "primary")]),
    ];
  },
  ({ text: typed }) => {
    const tool = tools.safeParse(typed("tool"));
    if (!tool.success) return { tool: "Choose where the schedule is." };
    return tool.data === "grafana" && typed("url").trim() === ""
      ? { url: "Grafana's API has an address." }
      : {};
  },
);

const keyForm = submission(async (req, submitted) => {
  const { form } = submitted;
  const { name } = await setScheduleAccess(
    req.ctx,
    req.deps.onCallTools,
    form.schedule ?? "",
    accessOf(submitted),
  );
  return [section(`:white_check_mark: ${bold(name)} is read with this key from now on.`)];
});

const peopleForm = submission(
  async (req, { form, values }) => {
    const { people: listed = [], table = "" } = form;
    const shown = listed.map(([id]) => id);
    const people = listed.flatMap(([id, name]) => {
      const userId = values.get(`person:${id}`)?.several.at(0);
      return userId === undefined ? [] : [{ id, name, userId }];
    });
    const schedule = await confirmPeople(req.ctx, form.schedule ?? "", { people, shown, table });
    return [
      section(
        `:white_check_mark: ${schedule.people.length} of the people of ${bold(schedule.name)} are confirmed.`,
      ),
      context("Which role the schedule gives is for `/number settings`."),
    ];
  },
  ({ form, values }) => {
    const chosen = (form.people ?? []).map(
      ([id]) => [id, values.get(`person:${id}`)?.several.at(0)] as const,
    );
    const twice = chosen.find(
      ([, userId], index) =>
        userId !== undefined && chosen.some(([, other], at) => at < index && other === userId),
    );
    return twice ? { [`person:${twice[0]}`]: "This person is chosen above already." } : {};
  },
);

export const onCallFormRoutes = [
  formRoute("oncall", newSchedule),
  formRoute("oncall_key", keyForm),
  formRoute("oncall_people", peopleForm),
];
