import type { KnownBlock, ModalView } from "@slack/types";
import { uncheckedPagingText, type OnCallTool } from "../../domain/access/on-call.ts";
import {
  addSchedule,
  confirmPeople,
  getSchedule,
  listSchedules,
  peopleToMap,
  setScheduleAccess,
} from "../../operations/workspace/manage-on-call.ts";
import { actions, bold, button, context, section } from "../block-kit/blocks.ts";
import type { RequestContext } from "../context/request-context.ts";
import { openView, redrawView } from "../forms/modals.ts";
import { fromConversation } from "../forms/private-metadata.ts";
import { textModal } from "../forms/text-modal.ts";
import { wordsSubmission, type Submitted } from "../listener/words-submission.ts";
import { errorReplyInView } from "../listener/error-reply.ts";
import { formRoute } from "../listener/submission.ts";
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

const submission = wordsSubmission({
  title,
  formOf: onCallState.parse,
  notShown: "The schedule is saved. Slack did not show it: `/number oncall` lists the schedules.",
});

const accessOf = ({ text: typed }: Submitted<OnCallForm>) => ({
  key: typed("key"),
  url: typed("url"),
  stackUrl: typed("stack"),
  service: typed("service"),
  from: typed("from"),
});

function uncheckedPaging(tool: OnCallTool, { text: typed }: Submitted<OnCallForm>): KnownBlock[] {
  const words = uncheckedPagingText(tool, typed("service").trim() !== "");
  return words === undefined ? [] : [section(`:grey_question: ${words}`)];
}

const newSchedule = submission(
  async (req, submitted) => {
    const { id, name, tool } = await addSchedule(req.ctx, req.deps.onCallTools, {
      name: submitted.text("name"),
      tool: tools.parse(submitted.text("tool")),
      schedule: submitted.text("schedule"),
      ...accessOf(submitted),
    });
    return [
      section(`:white_check_mark: Added ${bold(name)}. It can be read. It gives no role yet.`),
      ...uncheckedPaging(tool, submitted),
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
  const { name, tool } = await setScheduleAccess(
    req.ctx,
    req.deps.onCallTools,
    form.schedule ?? "",
    accessOf(submitted),
  );
  return [
    section(`:white_check_mark: ${bold(name)} is read with this key from now on.`),
    ...uncheckedPaging(tool, submitted),
  ];
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
