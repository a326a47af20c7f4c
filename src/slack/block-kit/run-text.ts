import { requesterActor, runTitle, type Run, type RunRequester } from "../../domain/runs/run.ts";
import { bold, escape, slackDate } from "./blocks.ts";
import { actorMention } from "./format.ts";

/** The title of a run at the beginning of a sentence, in mrkdwn. */
export function boldTitle(run: Parameters<typeof runTitle>[0]): string {
  const title = escape(runTitle(run));
  return bold(`${title.charAt(0).toUpperCase()}${title.slice(1)}`);
}

/** A run that is not over, in mrkdwn: since when, until when, who began it, and whether it is still running. */
export function liveRunText(run: Omit<Run, "steps">): string {
  const { state, startedAt, endsAt, by, terms } = run;
  const time = (at: string): string => slackDate(at, "{date_short_pretty} {time}");
  const since = startedAt === undefined ? "" : ` since ${time(startedAt)}`;
  const until = endsAt === undefined ? "" : `, until ${time(endsAt)}`;
  const doing = state === "held" ? "" : ` · ${state}`;
  const why = terms.reason === undefined ? "" : `: ${escape(terms.reason)}`;
  return `:twisted_rightwards_arrows: ${boldTitle(run)}${since}${until}${doing} · begun by ${requesterMention(by)}${why}`;
}

/** Who began a run, in mrkdwn. */
export function requesterMention(by: RunRequester): string {
  return actorMention(requesterActor(by, ""));
}
