import type { OnCallTools } from "../../domain/access/on-call.ts";
import { Problem } from "../../domain/problem/problem.ts";
import { faultOf, parsedUrl, publicAgent } from "../public-agent.ts";
import { toolTimeoutMs } from "./ask-tool.ts";
import { closeGrafanaPage, grafanaPeople, grafanaShifts, pageGrafana } from "./grafana.ts";
import {
  checkPagerDutyPaging,
  closePagerDutyPage,
  openPagerDutyPage,
  pagePagerDuty,
  pagerDutyPeople,
  pagerDutyShifts,
} from "./pagerduty.ts";

/** How on-call tools are reached. */
export interface OnCallToolsOptions {
  readonly pagerDutyUrl: string;
  /** Whether Grafana may be at a private address, over plain HTTP too. */
  readonly allowPrivate: boolean;
}

/** Reads schedules of PagerDuty and Grafana IRM, and pages people. */
export function webOnCallTools({ pagerDutyUrl, allowPrivate }: OnCallToolsOptions): OnCallTools {
  const dispatcher = publicAgent(allowPrivate, toolTimeoutMs);
  const checkUrl = (text: string): string => {
    const url = parsedUrl(text.trim());
    const why = url ? faultOf(url, allowPrivate) : "It is not a URL";
    if (url && why === undefined) return `${url.origin}${url.pathname}`.replace(/\/+$/u, "");
    throw new Problem("invalid_input", `Grafana cannot be read there. ${why ?? ""}.`, { field: "url" });
  };
  return {
    checkUrl,
    shifts: async (at, from, until) => {
      if (at.tool === "pagerduty") return pagerDutyShifts(pagerDutyUrl, at, from, until);
      return grafanaShifts({ ...at, url: checkUrl(at.url ?? "") }, from, until, dispatcher);
    },
    page: async (at, page) => {
      if (at.tool === "pagerduty") return pagePagerDuty(pagerDutyUrl, at, page);
      return pageGrafana({ ...at, url: checkUrl(at.url ?? "") }, page, dispatcher);
    },
    // Grafana IRM knows an alert group by its own id alone.
    openPage: async (at, key) =>
      at.tool === "pagerduty" ? openPagerDutyPage(pagerDutyUrl, at, key) : undefined,
    closePage: async (at, id) => {
      if (at.tool === "pagerduty") return closePagerDutyPage(pagerDutyUrl, at, id);
      return closeGrafanaPage({ ...at, url: checkUrl(at.url ?? "") }, id, dispatcher);
    },
    checkPaging: async (at) => {
      // Grafana has nothing that only reads and says whether a token may page.
      if (at.tool === "pagerduty") await checkPagerDutyPaging(pagerDutyUrl, at);
    },
    people: async (at, now) => {
      if (at.tool === "pagerduty") return pagerDutyPeople(pagerDutyUrl, at);
      return grafanaPeople({ ...at, url: checkUrl(at.url ?? "") }, now, dispatcher);
    },
  };
}
