import type { KnownBlock } from "@slack/types";
import type { Role } from "../../domain/shared/actor.ts";
import { agentIdsOf, type ChangeKind, pick, snapshot } from "../../domain/numbers/change.ts";
import { answeringBesides, type NumberKey } from "../../domain/numbers/phone-number.ts";
import { Problem } from "../../domain/problem/problem.ts";
import { matchNumber } from "../../operations/numbers/match-number.ts";
import { loadNumberToChange, type NumberToChange } from "../../operations/change/load-number-to-change.ts";
import type { NumberView } from "../../operations/numbers/get-number.ts";
import { requireRoleAudited } from "../../operations/access/permissions.ts";
import { answersClause, answersText } from "../block-kit/agent-text.ts";
import { cut, limits, section } from "../block-kit/blocks.ts";
import { numberValue } from "../block-kit/key-values.ts";
import { numberLabel, numberTitle } from "../block-kit/number-title.ts";
import type { RequestContext } from "../context/request-context.ts";
import type { ChangeDraft } from "../forms/change-draft.ts";
import { formRestrictionsFor, restrictionBlocks } from "../forms/form-restrictions.ts";
import { numberOptionValue } from "../forms/number-option.ts";
import { fromConversation } from "../forms/private-metadata.ts";
import { matchWords } from "../numbers/match-message.ts";
import { obstacleText } from "./change-form.ts";
import type { ChangeForm, FormNumber } from "./change-form-state.ts";
import type { ChangeFormKind } from "./change-form-kind.ts";
import { draftValues, type StartValues } from "./draft-values.ts";
import { changeForms } from "./forms.ts";

/** A number read live for a form, and what the form starts with. */
export interface LoadedForm {
  readonly loaded: NumberToChange;
  readonly number: FormNumber;
  readonly start: StartValues;
}

export async function loadForm(
  req: RequestContext,
  { verb, from, wish: draft = {} }: Pick<ChangeForm, "verb" | "from" | "wish">,
  key: NumberKey,
): Promise<LoadedForm> {
  const { agentText } = draft;
  const loaded = await loadNumberToChange(req.ctx, key, { verb, agentText, channelId: from.channelId });
  const number = await formNumber(req, changeForms[verb], loaded.view, loaded.role);
  const obstacle = loaded.obstacle === undefined ? {} : { obstacle: cut(loaded.obstacle, 300) };
  const { holding: agent } = loaded;
  const holding = agent ? { holding: { id: agent.id, name: cut(agent.name, 75) } } : {};
  const start = await draftValues(req, draft, loaded);
  return { loaded, number: { ...number, ...obstacle, ...holding }, start };
}

/**
 * What a change would do with its number, read live: *now → after*, or who answers now and what the form still has to be
 * told. Throws not_allowed, and what reading the number throws.
 */
export async function proposeChange(
  req: RequestContext,
  verb: ChangeKind,
  draft: ChangeDraft,
): Promise<KnownBlock[]> {
  await requireRoleAudited(req.ctx, "operator", "change numbers");
  if (!draft.numberText) return [section("The form asks for the number.")];
  const match = await matchNumber(req.ctx, draft.numberText);
  if (match.kind !== "one") return [section(matchWords(match, draft.numberText))];
  const from = fromConversation(req.conversation);
  const { loaded, number, start } = await loadForm(req, { verb, from, wish: draft }, match.number.key);
  const { vendor } = loaded.view;
  const kind = changeForms[verb];
  const unavailable = kind.unavailable?.(vendor) ?? obstacleText(number);
  const now = `${number.title}: ${number.now ?? `${number.answers} answers`}`;
  const after = kind.after(number, vendor, start.values);
  const lines = [
    after === undefined ? now : `${number.title}: ${after}`,
    ...(unavailable === undefined ? [] : [unavailable]),
    ...start.notices,
  ];
  return [section(lines.join("\n")), ...restrictionBlocks({ standing: number.standing })];
}

/** The number for the form's state. Throws unsupported if a field is too long for an input, which would truncate it. */
async function formNumber(
  req: RequestContext,
  kind: ChangeFormKind,
  view: NumberView,
  role: Role,
): Promise<FormNumber> {
  const { key, vendor, connection, number, labels, readAt, restrictions } = view;
  const seen = pick(snapshot(number), kind.owned(vendor));
  if (Object.values(seen).some((value) => value !== null && Array.from(value).length > limits.inputMax)) {
    throw new Problem(
      "unsupported",
      `What ${vendor.title} keeps with this number is too long for a form in Slack. ${vendor.dashboard}`,
    );
  }
  const answers = answersText(number, labels, vendor);
  const clause = answersClause(number, labels, vendor);
  const option = await numberOptionValue(req, key);
  const { chooser } = answeringBesides(number, kind.verb === "detach");
  const ids = agentIdsOf(seen);
  const named = Object.entries(labels).filter(([id]) => ids.has(id));
  return {
    ...key,
    vendor: vendor.id,
    connection: cut(connection.name, 60),
    title: numberTitle(number),
    label: cut(numberLabel(number), 75),
    ...(option === numberValue.encode(key) ? {} : { option }),
    answers,
    ...(clause === `${answers} answers` ? {} : { now: clause }),
    seen,
    labels: Object.fromEntries(named.map(([id, name]) => [id, cut(name, 75)])),
    readAt: readAt.toISOString(),
    ...(number.answeredBy === undefined ? {} : { answeredBy: cut(number.answeredBy, 100) }),
    ...(chooser === undefined ? {} : { chooser: cut(chooser, 100) }),
    ...(kind.verb === "detach" && number.detachNote ? { detachNote: cut(number.detachNote, 200) } : {}),
    ...(number.unbindable === undefined ? {} : { isUnbindable: true }),
    ...(restrictions ? { standing: await formRestrictionsFor(req, { ...view, restrictions }, role) } : {}),
  };
}
